"""English."""

from classifiers.contract import Cause
from monitor.domain.reply_words.folding import english
from monitor.domain.reply_words.lexicon import lexicon

LEXICON = lexicon(
    english,
    negators="not never no nor neither hardly nothing none nobody",
    owns="""
        our|my own? fault|mistake|error|failure|failing|oversight|omission|slip
        our|my _ fault|mistake|error|failure|failing|oversight|omission|slip
        fault|mistake|error|blame|responsibility|failure .. is|was .. ours|mine
        mistake|error|fault|failure|oversight on|at our|my side|part|end
        we|i got|get it|this|that|things|your .. wrong
        we|i were|was wrong
        we|i have? clearly? messed|screwed|slipped|mixed|fouled .. up
        we|i have? .. let you .. down
        we|i have? dropped the ball
        we|i have? fell|fallen short
        we|i have? .. failed
        we|i|our|they made a|an|this|that|the .. mistake|error
        we|i should have _? *ed|been|told|kept|sent|known|done|caught|seen|paid|given|taken|got|written|come|made|read
        we|i should not have
        should never have happened
        we|i .. take|accept|own|bear .. responsibility|blame|fault
        we|i own this|that|it
        is|was|are|were .. on us|me
        that|this|it one? is .. on us
        we|i ... badly|poorly|carelessly|unanswered|far+too+long|much+too+long|too+late|too+slow*
        our|my _ _? broke|failed|lost|forgot|damaged|deleted|blocked|crashed|caused|skipped|ruined|delayed|messed|overlooked
        i|we are|am .. ashamed|embarrassed
        we|i are|am .. at+fault|to+blame|responsible
        we|i ... by mistake|accident
        we|i ... in error
        we|i are|am the one|ones who
        we|i did not answer|reply|respond|tell|keep|deliver|do|listen|warn|call|check|act|get|handle|explain|manage|live|say|come|read|help|refund|send|book|look|meet|notice|update|pass|write|test|spot|follow|finish|honour|honor|catch|fix|return|credit|cancel|process|register|log|forward|reach|stick|train|prepare|plan|think|consider|respect|care|offer|restore|replace|ship|collect|hear|understand|do
        we|i have not answered|replied|responded|told|kept|delivered|done|listened|called|refunded|been
        we|i have? .. lost|forgot|forgotten|overcharged|missed|overlooked|ignored|misled|misinformed|delayed|broke|broken your|you|this|that|it|the|our|to
        we|i .. charged|billed|debited you|your .. twice|wrong*|double|much|again
        we|i .. sent|gave|given|told|shipped|delivered|booked|quoted you .. wrong|incorrect|outdated|different
        we|i .. left|kept|made|leaving|keeping|making you .. waiting|wait|hanging|alone|repeat|chase|explain|dark|without
        our|my _? colleague|courier|driver|team|system|bot|agent|staff|app|site|supplier|technician|side|warehouse|billing|network .. failed|lost|made|broke|forgot|missed|gave|sent|charged|dropped|ignored|overlooked
        our|my _? colleague|courier|driver|team|agent|staff|technician .. did+not|should+have|was+rude|was+wrong|was+late|hung+up|skipped|were+wrong
        you .. deserve|deserved better|more
        you should not have .. had|needed|been|to
        there is no excuse
        no excuse* for
        owed|owe you .. better|answer|reply|apology
    """,
    denies="""
        we|i are|am|were|was not|never .. responsible|liable|to+blame|at+fault|involved
        we|i can|do not .. responsib*|liab*
        we|i take|accept no .. responsib*|liab*|blame
        nothing .. wrong on|at|with our
        everything .. fine|correct|right|normal|works|working on|at our side|end|part
        no .. error|fault|mistake|problem on|at|from our side|end|part
        beyond|outside .. our control
        not|nothing .. up|down|depend to|on us
        not|never ours
        nothing to do with us
        the|a|our third party|supplier|partner is|was .. responsible|fault
        not|no .. see|find|found|know .. mistake|error|fault|failure
        we|i did nothing|everything .. wrong|right|correctly|could
    """,
    evades="""
        something|things went|has|have|goes gone? wrong
        mistake*|error*|failure* was|were|have|has been? made
        mistake*|error*|thing* .. happen*|occur*
        there was|were|has|have been? a|an|some .. error|issue*|mistake|glitch|problem*|misunderstanding|mix|delay*|hiccup|confusion|difficult*
        technical glitch|hiccup|error|issue*|reason*|problem*|difficult*
        an|the error|issue|problem occurred|happened|arose
        circumstances|unforeseen|unexpected
        it happens
        due to .. high|technical|increased
    """,
    apologises="""
        we|i|my|our|deep*|sincer*|please|full .. apolog*
        apolog*
        sorry for|that|about|we|i|our|it|this|you .. had|had|did
        am|are|so|very|really|truly|deeply|terribly|genuinely sorry
        sorry
        forgive us|me
        excuse us|me for
        regret .. our|mistake|that we
    """,
    sympathy="""
        sorry to hear|see|read|learn
        sorry|regret|apologi*|apology if|you|your|anyone feel|felt|feeling*|are|were|think|find|experience
        sorry|regret|apologi* that you feel|think|are|see|consider|had|have
        sorry|apologi* .. but
        sorry for your|the? disappointment|frustration|feelings|experience
        sorry|apologi* if
        sad|pity|shame to hear|that
    """,
    blames="""
        you|u should have _? read|checked|told|called|asked|contacted|known|paid|updated|followed|written|noticed|informed|provided|thought|mentioned|cancelled|looked|chosen|come|used|ordered|done|used|listened
        you|u need|needed to .. read|learn|understand|pay|listen
        you|u failed|forgot|ignored|misunderstood|misread|overlooked|neglected to|the|our|your|it|this|that
        your own? fault|mistake|error|responsibility|negligence|problem
        you|u did|have|do not .. read|follow|check|provide|provided|enter|give|inform|update|confirm|pay|paid|respond|specify|mention|listen|bother|fill|understand|choose|attach|answer|turn|plug|know
        you|u .. entered|typed|gave|chose|selected|ordered|used|provided|wrote|dialled|made .. wrong*|incorrect*|mistake|yourself
        you|u must|probably|obviously|clearly|apparently|simply .. have|had|did|entered|forgot|gave|missed|misread|misunderstood
        you|u would have known|seen|got
        if|had you had|would? read|followed|kept|paid|called|checked|updated|waited|booked|entered
        if|had you had? read|checked|told|called|asked|followed|paid|updated|looked|contacted|bothered|listened|done
        as|is clearly stated|written|described|explained|shown
        as you|u were|was|have told|informed|warned|been
        as we|i .. already|before|times told|said|explained|wrote|mentioned
        we|i have? already told|explained|said|answered|wrote
        user error
        you|u should have been at|home|there|in|more
        provoked
        read the|our|your .. terms|manual|contract|rules|instructions|conditions|email|website|faq|site
        you|u agreed|accepted|signed|chose|knew|confirmed
        you|u are .. wrong|mistaken|confused|impatient|rude|exaggerating|lying|overreacting
        next time .. read|check|pay|be|order|try|call|plan|think
        calm down
        stop complaining|shouting|writing|spamming|whining
        other|all|most customers|people|users .. not|no|no|manage|have|wait
        nobody|one|noone else .. complain*|problem*
        problem|issue|fault|error|mistake .. is|was|lies on|at|with your
        your|the phone|device|router|computer|browser .. is|to too|old|wrong|blame|outdated
    """,
    excuses_customer="""
        you should not have
        not|never .. your fault|mistake|error
        you did|have done? nothing wrong
        you did everything right|correctly
    """,
    mocks="""
        congratulations|congrats on|for|, you
        congratulations|congrats|bravo
        well done ,|.|!|you|for
        what a .. surprise|shame|tragedy|pity|drama
        poor you|thing|baby
        boo hoo
        good luck with|finding|elsewhere|at|getting
        first world
        lol|lmao|rofl|haha*|hehe*
        thanks|thank you? for the|your .. lecture|lesson|wisdom|rant|novel|expertise
        nobody|noone|one forces|forced|keeps|is keeping|forcing? you
        feel free to leave|go|switch|complain|cry
        the door is
        cry me|about
        how terrible|awful|dreadful .. for|must you|be
        oh , no|dear|wow|please
        you must be fun
        shocking|shocker , i|we
        clearly an|a expert|genius
        world .. revolve*|end
    """,
    next_step="""
        we|i|he|she|they|colleague|manager|team|technician|courier|driver|engineer*|who will|shall _
        will|shall be|receive|get|arrive|call|write|reach|come|have
        we|i are|am now|already|just? checking|phoning|looking|sending|refunding|fixing|arranging|working|calling|investigating|reviewing|tracing|asking|going|writing|on|getting|opening|moving|chasing|booking|replacing|cancelling
        we|i have|had now|just|already|also? *ed|sent|put|made|written|taken|given|reset|found
        we|i just|now|personally *ed|sent|put|made|took|gave|found
        please|could|can|would you? .. send|dm|message|share|tell|let|reply|check|try|restart|call|confirm|give|post|write|email|follow|contact|use|come|bring|fill|visit|switch|open
        send|tell|give|show|dm|message|call|email|drop us|me
        let me|us check|look|fix|see|make|find|sort|know|put|try|get
        which|what|whose .. order|address|number|flight|shop|store|branch|date|email|plan|model|town|postcode|card|invoice|hour*
        on its|the|their way
        tomorrow|tonight
        on|by|until|before|this|next monday|tuesday|wednesday|thursday|friday|saturday|sunday
        by|at|before|until #
        it|this|that|parcel is|are going out
        with you today|tomorrow|at|by
        comes|goes|starts back|out|again
        comes|leaves|arrives|goes|starts .. today|tonight|now
        next step
        next ,|:|i|we
        refund*|replacement|technician|courier|credit .. is|was|has booked|on|been|sent|issued|ordered
        fix* by|before|until
        back by|before|at|in
    """,
    promises="""
        we|i|he|she|they|colleague|manager|team|technician|courier|driver|engineer*|who will|shall _
        you|it|this|that|refund|money|parcel|order|replacement|service|fix .. will|shall _
        will|shall be|receive|get|arrive|call|write|reach|come|have
        going to _
        soon|shortly|asap
        as soon as
        in due course
        in the near|coming future|days|weeks
        at the earliest
    """,
    moment="""
        # .. minute*|min|mins|hour*|hr*|h|day*|week*|am|pm|o'clock|business|working
        one|two|three|four|five|six|seven|ten|a|an|half|couple|24|48 .. minutes|hour|hours|days|day|week|weeks
        today|tonight|tomorrow|noon|midnight|now|immediately|instantly|monday|tuesday|wednesday|thursday|friday|saturday|sunday
        this morning|afternoon|evening|week|weekend|friday|month
        end of .. day|week|month|business
        within|in the|an|one hour|day|week|minute*
        by|at|before|until|till|from|on|around #
        on the #
        by|before|until lunch*|evening|morning|noon
        right|straight away
        at once
        # january|february|march|april|may|june|july|august|september|october|november|december
        january|february|march|april|may|june|july|august|september|october|november|december #
        next week|month
        all day
    """,
    makes_good="""
        we|i .. refund*|credit*|compensat*|reimburs*|waiv*|replac*|discount*
        refund*|voucher*|discount*|credit*|replacement*|compensation|money .. is|are|has|was|on|will .. on|been|sent|issued|yours|added|back|way
        offer*|give|giving|gave|send|sending|sent|get|added|add|put .. refund*|voucher*|discount*|credit*|replacement*|gift|money|free
        free|complimentary month|delivery|of|shipping|upgrade|data|week|coffee
        at|on our cost|expense|house
        with a|an|our .. voucher|discount|gift
        money .. back
        # .. off|back|discount|voucher|credit
    """,
    refuses="""
        can|do|will|are|is|am not .. refund*|compensat*|credit*|voucher*|discount*|reimburs*|waive|eligible|entitled|replac*
        unable to|for .. refund*|compensat*|credit*|offer|give
        no .. refund*|compensation|voucher*|discount*
        not .. eligible|entitled|refundable
    """,
    moves_channel="""
        dm|pm|message|email|call|phone|ring|whatsapp us|me|our|the
        send|drop|write|shoot us|me .. dm|pm|message|email|mail|line|inbox
        send|drop|share|give|tell .. dm|pm|private|privately|inbox|direct|§mail
        private|direct|personal message*|messages|chat
        private|direct|personal message
        write|email|mail .. to us|our|§mail|support|the
        §mail
        contact|reach our|us|the|customer|support|helpdesk|§mail|§handle .. by|via|on|at|support|service|team|helpline|line|care
        via|by|through|in|over|using dm|dms|pm|email|phone|chat|our|your|the .. dm|dms|form|inbox|chat|hotline|website|app|branch|mail
        by|via dm|dms|pm|phone|email
        fill .. form
        visit|go .. our|the|your|to .. branch|store|shop|website|site|office|page
    """,
    why_moved="""
        so that|i|we|they|you|nobody|your
        because|since
        as it|this|we|i|your|that|they|you
        to keep|protect|check|look|see|verify|find|avoid|discuss|trace|open|identify|get|pull|match|start|book|refund
        for your|privacy|security|safety|data|legal
        private|personal|account|sensitive|card data|detail*|information|number*
        privacy|confidential*|securely|safely|safe
        in order to
        where we|i can
        then|and i|we|he|she will|can
        not|never .. public|publicly|here
        i|we need|want to|your
    """,
    stock="""
        any|the|this|for .. inconvenience*
        trouble|inconvenience caused
        inconvenience* caused|this|you|experienced
        your|customer* feedback|opinion|satisfaction|call|concern* .. important|valuable|matters|priority
        thank* you? for your|the .. feedback|patience|understanding|reaching|contacting|message|comment
        thank* you? for reaching|contacting|bringing|getting|letting|your
        we|i value|appreciate your|the feedback|business|patience|understanding|loyalty|custom
        we|i .. understand your|the frustration|concern*|disappointment|feelings
        take .. very? seriously
        rest assured
        passed|forwarded|escalated|shared .. relevant|appropriate|responsible|concerned|correct|right
        not hesitate to
        we|i .. strive|striving
        always|constantly|continuously striving|working|trying to improve
        experiencing .. high|higher|large|increased
        your call
        kind regards
    """,
    issues={
        Cause.SLOW_RESPONSE: "no|any|an answer|reply|response/without .. answer|reply/unanswered/answers .. longer/wait*/slow*/late* .. repl*|answer*/repl* .. late/took .. long|hour*|day*|week*/delay*/so long/days .. without/hour* .. queue",
        Cause.IGNORED: "silen*/ignor*/no answer|reply|response/not|never answer*|repl*|respond*|heard|hear/unanswered/left .. without/went quiet/get back/your .. messages|emails|posts|questions|calls",
        Cause.NO_AUTHORITY: "decide*|decision/authorit*/allowed to/permission*/passed .. around|between/could not .. help/power to/approv*",
        Cause.UNTRAINED_STAFF: "train*/did not know/knowledge/advis* .. badly|wrong*/colleague .. not/staff/know*",
        Cause.WRONG_INFORMATION: "wrong*/incorrect*/misinform*/misle*/told you/inaccura*/outdated/contradict*/information",
        Cause.RUDE_OR_INDIFFERENT: "rude*/tone/manner*/attitude/spoken|spoke|talked to/impolite/indifferen*/disrespect*/behav*/unfriendly/treated/treatment/hung up",
        Cause.HAD_TO_REPEAT: "repeat*/again and again/explain* .. again|twice|times/over and over/tell .. again|story|twice/start .. over/from scratch/same .. story|thing|questions",
        Cause.REPEAT_CONTACT: "second|third|fourth|fifth|another time/again/repeated*/contact* .. times|twice/# times/still not/keeps happening/twice",
        Cause.TRAPPED_IN_AUTOMATION: "bot|bots|chatbot*|robot*/automat*/menu*/human/real person/loop*/recording*/machine/ivr",
        Cause.UNKNOWN_HISTORY: "history/previous*/earlier .. message*|case*|conversation*|contact*/note*/record*/your .. story/already told|wrote|explained",
        Cause.CHANNEL_SWITCH: "channel*/sent .. from|to .. to|chat|phone|email/email* .. then/bounced|passed|moved|sent .. around|between|another/phone .. chat|email/chat .. phone|email/switch*",
        Cause.PRODUCT_FAULT: "defect*/broken|broke|breaks/fault*/crash*/damage*/stopped working/not work*/malfunction*/bug|bugs/quality/replac*/freez*/app/device/crack*",
        Cause.DELIVERY: "deliver*/parcel*/package*/courier*/driver*/ship*/order*/arriv*/dispatch*/tracking/late",
        Cause.BILLING_REFUND: "bill|bills|billed|billing|double-billed/charg*/refund*/invoice*/pay*/overcharg*/money/fee|fees/debit*/price*/subscription*/amount/card/€/£/$",
        Cause.OUTAGE: "router*/outage*/down/offline/no|without internet|signal|service|connection|network/network/connection*/internet/signal/interrupt*/disconnect*/restor*/coverage/power/service .. back/not work*/cut",
    },
    generic="""
        problem issue message contact help support service team customer question answer thank please sorry apolog hello
        case matter situation experience today tomorrow time send sent check know need want make made give look good
        work would could should will have been this that with from your what when where which there here about
        company brand people thing never ever still really because again much more just like been were they them
    """,
    common="""
        the a an and or but is are was were be to of in on at for with you your we our i my it this that not have has will
        can do did please sorry so as by from if what how when us me
    """,
    greetings="hi hello hey dear good morning afternoon evening",
)
