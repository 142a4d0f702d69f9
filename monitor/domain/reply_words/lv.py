"""Latvian. Negation is a prefix there (`neesam`), so the negated forms are words of their own."""

from classifiers.contract import Cause
from monitor.domain.reply_words.folding import latvian
from monitor.domain.reply_words.lexicon import lexicon

LEXICON = lexicon(
    latvian,
    negators="nav nebija nebūs ne nevis nekad neesam neesmu neuzskatām nekādas nekāda nekādu",
    owns="""
        mūsu|mana|manis .. kļūda*|kļūdu|vaina*|vainas|neuzmanīb*|nolaidīb*|paviršīb*|neizdarīb*|kļūme
        kļūda|vaina|atbildība .. mūsu|mana|mums|mūsējā
        kļūd*|vain* .. no mūsu puses
        kļūd*|vain* .. mūsu pusē
        mēs|es|vainīg* esam|esmu .. vainīg*|mēs|es
        esam|esmu .. vainīg*|kļūdījuš*|pieļāvuš*|pievīluš*|pievīlus*|nokavējuš*|aizmirsuš*|sajaukuš*|pazaudējuš*|nozaudējuš*|maldinājuš*|nepareizi
        slikti|nepareizi|pavirši|vēlu|lēni|aplami .. *ām|*ējām|*ījām|esam
        mēs|pārāk ... slikti|nepareizi|pavirši|ilgi|vēlu|lēni|aplami .. *ām
        pārāk ilgi|vēlu|lēni .. *ām|*ējām|*ījām
        ne*ējām|ne*ījām
        mūsu _ _? salauza|sabojāja|pazaudēja|aizmirsa|izdzēsa|kavēja|aizkavēja|sajauca|nogremdēja|bloķēja|izraisīja
        mums|man .. kauns|neērti|kauna
        kļūdījāmies|kļūdījos|nokļūdījāmies|misējāmies
        pieļāvām|pieļāvu|pieļāva .. kļūd*
        mums|man vajadzēja|nevajadzēja
        mums|man bija jā*
        mēs|es kļūdas dēļ
        kļūdaini|nepareizi .. *ām|*ējām
        uzņemamies|uzņemos|uzņemsimies .. atbildīb*|vainu
        atzīstam|atzīstu .. kļūd*|vainu|ka
        pievīlām|pievīlu|nokavējām|kavējāmies|aizmirsām|aizmirsu|pazaudējām|nozaudējām|sajaucām|sajaucu|palaidām|nogulējām
        neatbildējām|neatbildēju|nepiegādājām|neizdarījām|nesniedzām|nepabrīdinājām|nepaziņojām|neuzklausījām|nesniedzām|neizpildījām|neturējām|neatzvanījām|neievērojām|neinformējām|nepateicām|nenodrošinājām|nepamanījām|nesakārtojām
        neesam|neesmu|nebijām .. atbildējuš*|piegādājuš*|izdarījuš*|snieguš*|brīdinājuš*|informējuš*|atzvanījuš*|turējuš*|atmaksājuš*|uzklausījuš*
        likām|likuši|spiedām .. gaidīt|atkārtot|stāstīt|zvanīt|meklēt
        maldinājām|maldināju
        iedevām|sniedzām|pateicām|nosūtījām|ierakstījām .. nepareiz*|kļūdain*|aplam*|neprecīz*
        iekasējām|norakstījām|ieturējām|aprēķinājām|atskaitījām
        mūsu .. kurjer*|sistēm*|kolēģ*|darbiniek*|piegādātāj*|robot*|konsultant*|operator*|tehniķ* .. kļūd*|pazaudēj*|aizmirs*|nepiegād*|nozaudēj*|nepareizi|rupj*|neizdarī*|neatbild*|sajauc*|nostrādāj*|pieļāva|nereaģēj*|iekasēj*
        attaisnojuma|attaisnojum* .. tam|nav|nebūs
        nav|nebūs .. attaisnojum*
        jums|tev nebija|nevajadzēja .. jā*|gaidīt
        tam|tā|tas nevajadzēja|nedrīkstēja|nedrīkst .. notikt|būt|notiek
        pelnījāt|pelnījuši .. labāk*|vairāk
        parādā .. atbild*|skaidrojum*
    """,
    denies="""
        neesam|neesmu .. vainīg*|atbildīg*
        neuzņemamies|neuzņemos|nevaram uzņemties .. atbildīb*|vainu
        neatbildam par|ne
        nekād* kļūd*|vain*|pārkāp*
        nav .. mūsu|no mums atkarīg*|atbildīb*|vain*|ziņā
        no mums .. nav|neko|nekas atkarīg*
        viss .. kārtībā|strādā|pareizi|kārtībā no mūsu|pie|mūsu
        no mūsu puses .. viss|kļūdu|problēmu|nav
        pie mums|mūsu .. viss|nav|strādā
        mūsu pusē .. viss|nav
        nav|ne mūsu problēma*|rūpes|darīšana
        mums .. nav nekāda|nekādas sakara
        trešā*|trešās puse*|persona*|piegādātāj* .. vain*|atbild*
        ārpus mūsu
        visu .. izdarījām|darījām .. pareizi|laikā
    """,
    evades="""
        radās|radusies|radušās|radies .. kļūd*|problēm*|pārpratum*|aizķeršan*|kavēšan*|kļūm*|situācij*|sarežģījum*
        notika|notikusi|notikus|notikusi|notiek .. kļūda|pārpratums|kļūme|neveiksme
        bija|ir|bijusi|bijuši .. tehnisk*|kļūme|pārpratums|aizkavēšan*|problēm*|traucējum*
        tehnisk* iemesl*|problēm*|kļūm*|kļūd*|traucējum*|dēļ
        kaut kas .. greizi|nepareizi
        apstākļ*|neparedzēt*
        gadās
        pārpratum*
        tika|tikusi pieļaut*
    """,
    apologises="""
        atvaino*
        lūdzam|lūdzu piedošanu
        piedod|piedodiet|piedošanu
        mums|man .. žēl
        no sirds žēl|nožēlo*
        nožēlojam|nožēloju
        ļoti žēl
    """,
    sympathy="""
        žēl|skumji|nepatīkami|bēdīgi dzirdēt|lasīt|redzēt|uzzināt
        žēl|skumji|nožēlojam|nožēloju , ka jūs|jums|tev|tu|esat|esi
        žēl|nožēlojam|nožēloju ka jūs|jums|tev|tu|esat|esi
        žēl .. jūsu|tavu .. vilšan*|pieredz*
        atvaino* , ja
        atvaino* ja
        atvaino* , bet
        saprotam .. sajūt*|sašutum*
    """,
    blames="""
        jums|tev .. vajadzēja|jāizlasa|jāskatās|jālasa|jāpārbauda|jāmācās
        jums|tev bija .. jāpārbauda|jāizlasa|jāpiezvana|jāsamaksā|jānorāda|jāpaziņo|jāatbild|jāzvana|jāpasaka
        jūs|tu .. neizlasīj*|neievēroj*|nenorādīj*|nesamaksāj*|neierad*|nepārbaudīj*|nepaziņoj*|nepateic*|neklaus*|neaizpildīj*|neiesniedz*|neatstāj*|neapmaksāj*|neatbildēj*|nesaprot*|nepievērs*|neatjauninā*
        jūs|tu neesat|neesi .. lasīj*|izlasīj*|samaks*|iesnie*|norād*|pārbaud*|paziņo*|aizpild*|sapra*|apmaks*
        jūsu|tava|tavas pašas|paša|pašu? vaina*|vainas|kļūda*|kļūdas|problēma*|atbildība*|neuzmanība*|nolaidīb*
        jūs|tu|pats|pati|paši .. vainīg*|kļūdījāt*|kļūdījies
        pats|pati|paši .. ievad*|norād*|izvēl*|pasūt*|sabojā*
        jūs|tu .. aizmirsāt|ignorējāt|pārpratāt|piekritāt|parakstījāt|nokavējāt|sajaucāt|aizmirsi|sabojājāt
        jūs|tu|acīmredzot .. ievadījāt|norādījāt|izvēlējāties|lietojat|lietojāt|uzrakstījāt|iedevāt .. nepareiz*|kļūdain*|aplam*|neprecīz*
        kā jau|mēs|iepriekš|es .. rakst*|teic*|minē*|skaidro*|informē*|sacīj*|norādīj*
        jau .. rakstījām|teicām|skaidrojām|minējām|paskaidrojām|atbildējām
        ja jūs|tu? būtu *jis|*jusi|*jusas|*jusi|*ojis|*ies|*is|*uši
        jūs|tu *āt|*ji .. nepareiz*|kļūdain*|aplam*|neprecīz*|ne+to
        ja jūs|tu? .. būtu|būtu .. izlasīj*|pārbaudīj*|piezvanīj*|klausīj*|samaksāj*|pateik*|paziņoj*|būtu
        izlasiet|lasiet|palasiet|palasi .. noteikum*|līgum*|instrukcij*|mājaslap*|uzmanīgi
        lietotāj* kļūda*
        nomierinie*|nekliedz*|beidziet|pārtrauciet
        citi|citiem|pārējie|pārējiem|visiem .. strādā|nav|sūdz*|var
        neviens cits|vēl|klients .. ne*
        problēma|vaina|kļūda .. ir|bija .. jūsu|tavā|jums
        jūsu|tavs|tava telefon*|iekārta|iekārtā|maršrutētāj*|ierīce|ierīcē|dator* .. ir|par|vain*|vec*
        jūsu pusē|puses
        izprovocē*|provocē*
        jūs|tu .. kļūdāties|maldāties|pārspīlējat|melojat|kļūdies|maldies
        nākamreiz|turpmāk .. lasiet|izlasiet|pārbaudiet|samaksājiet|esiet|pasūtiet|padomājiet|zvaniet|plānojiet|pasūtiet
    """,
    excuses_customer="""
        nav|ne|nevis jūsu|tava vaina|kļūda
        jums|tev nebija|nevajadzēja|nevajadzētu
        jūs neesat vainīg*
        jūs visu .. pareizi
    """,
    mocks="""
        apsveicu|apsveicam|bravo
        cik|kāds|kāda|kādas briesmīgi|šausmīgi|pārsteigums|nelaime|traģēdija|šausmas|žēlīgi|drāma
        nabadzi*|nabags
        veiksmi|lai veicas citur|meklējot|pie
        neviens .. nespiež|netur|nespieda
        ak|oi|vai vai|dieniņ*|tu|šausmas
        paldies par lekciju|pamācību|romānu|lecību
        haha*|hehe*|hihi*
        varat|variet|vari .. raudāt|sūdzēties|iet
        raudiet|raudi
        durvis .. vaļā|tur
        pasaules gals
        tad jau|nu .. eksperts|zinātājs|speciālists
        tiešām ? nu|vai
    """,
    next_step="""
        *sim|*simies|*simim
        *disu|*tisu|*nisu|*zisu|*risu|*cisu|*asu|*osu|*esu|*asos|*isos|*esos
        piezvanīs|sazināsies|saņemsiet|saņemsi|atmaksās|izskatīs|pārbaudīs|atbrauks|piegādās|atjaunos|nosūtīs|ieradīsies|palīdzēs|būs
        lūdzu|lūdzam|varbūt ,? .. *iet|*ieties|atsūti|uzraksti|pasaki|paziņo|iedod|restartē|pārbaudi
        atsūtiet|atsūti|atrakstiet|uzrakstiet|uzraksti|ierakstiet|iedodiet|iedod|nosūtiet|nosūti|norādiet|norādi|pasakiet|pasaki|piezvaniet ..
        pārstartējiet|restartējiet|pamēģiniet|pārbaudiet|pasakiet|atsūtiet|uzrakstiet|norādiet|izslēdziet|atveriet
        rīt|rītvakar|parīt
        pirmdien*|otrdien*|trešdien*|ceturtdien*|piektdien*|sestdien*|svētdien*
        līdz|plkst|pulksten #
        *sies
        atsūtiet|atrakstiet|uzrakstiet|iedodiet|nosūtiet|norādiet .. mums|man|numur*|adres*|pasūt*|ziņ*
        vai varat|variet|vari|varētu|jums|tev .. *
        pārbaudu|pārbaudām|meklēju|meklējam|skaidroju|skaidrojam|noskaidrojam|noskaidroju|risinām|strādājam|sūtām|sūtu|atmaksājam|zvanām|zvanu|noformējam|labojam|mainām|piesakām|atjaunojam|rīkojamies
        esmu|esam|tikko|jau .. nosūtīj*|pasūtīj*|pieteik*|pieteic*|noformēj*|atmaksāj*|nodev*|reģistrēj*|sazināj*|atjaunoj*|atcēl*|pārbaudīj*|atrad*|ieskaitīj*|izlaboj*|labojuš*|atvēr*|sākuš*
        nosūtīju|pasūtīju|noformēju|pieteicu|atmaksāju|atcēlu|izlaboju|palūdzu|pārsūtīju|piešķīru|piešķīrām|atcēlām|nosūtījām|atmaksājām|izlabojām|pieteicām
        kurš|kura|kurā|kāds|kāda|kādā .. pasūtīj*|adres*|numur*|veikal*|filiāl*|rēķin*|laik*|pilsēt*
        nākamais solis
        ceļā pie|uz|ir
        naudu|nauda .. saņem*|ieskait*|atgriez*
        tehniķis|kurjers .. brauc|dodas|būs|ieradīsies
    """,
    promises="""
        *sim|*simies
        *disu|*tisu|*nisu|*zisu|*risu|*cisu|*asu|*osu|*esu|*asos|*isos|*esos
        piezvanīs|sazināsies|saņemsiet|saņemsi|atmaksās|izskatīs|pārbaudīs|atbrauks|piegādās|atjaunos|nosūtīs|ieradīsies|būs
        drīz|drīzumā
        cik drīz|ātri|iespējami .. iespējams|vien|drīz
        tuvākajā|tuvākā laikā
    """,
    moment="""
        # .. minū*|stund*|dien*|nedēļ*|h|min|darb*
        viena*|vienu|divu|divas|trīs|piecu|dažu|pāris|pus* .. minū*|stund*|dien*|nedēļ*
        šodien|rīt|rītdien|šovakar|parīt|tagad|uzreiz|nekavējoties|tūlīt|šonedēļ|šorīt|šobrīd|pusstund*
        pirmdien*|otrdien*|trešdien*|ceturtdien*|piektdien*|sestdien*|svētdien*
        līdz|plkst|pulksten|ap #
        plkst|pulksten
        stundas|dienas|nedēļas|minūšu laikā
        dienas|nedēļas|mēneša|darbdienas beigām|beigās
        līdz pusdien*|vakar*|rīt*
        # . janvār*|februār*|mart*|aprīl*|maij*|jūnij*|jūlij*|august*|septembr*|oktobr*|novembr*|decembr*
        nākam* nedēļ*|mēnes*
    """,
    makes_good="""
        atmaksāsim|atmaksāšu|atmaksājam|atmaksāju|atmaksājām|atgriezīsim|kompensēsim|kompensējam|kompensēju|kompensējām|atlīdzināsim|atlīdzinām|piešķirsim|piešķiram|piešķīrām|piešķīru|dāvinām|dāvināsim|ieskaitīsim|ieskaitām|ieskaitījām|ieskaitīju|norakstīsim
        piedāvājam|piedāvāju|sūtām|sūtu|dodam|saņemsiet .. atlaid*|kupon*|dāvan*|kompensāc*|kredīt*|bezmaksas|jaun*
        atlaid* .. #|kod*
        # .. atlaid*|kupon*|kompensāc*
        bez maksas
        bezmaksas
        uz mūsu rēķina
        nauda*|naudu .. atgriez*|atpakaļ|ieskait*|kontā|ceļā
        apmainīsim|apmainām|nomainīsim
    """,
    refuses="""
        nevaram|nevar|nevaru|neplānojam .. atmaks*|kompens*|atgriez*|piešķir*|atlīdzin*
        kompens*|atmaks*|atlīdzin*|atlaid* .. nepienāk*|nav|neparedz*|netiek
        nepienākas|neatmaksājam|nekompensējam|neatmaksāsim
    """,
    moves_channel="""
        privāt* .. ziņ*|vēstul*|saraks*
        rakstiet|raksti|uzrakstiet|uzraksti|ierakstiet|ieraksti|atrakstiet|sūtiet|atsūtiet|nosūtiet|atsūti|sūti .. privāt*|dm|privāti|past*|whatsapp|čatā|§mail
        uz|pa|e past*|tālrun*|čat*
        §mail
        zvaniet|piezvaniet|zvani|piezvani .. mums|uz|pa|klientu|#|palīdzīb*
        sazinieties|sazinies ar|caur .. klientu|atbalst*|mums|centru|mūsu|savu
        sazinieties|sazinies .. pa|caur
        vērsieties|vērsies|griezieties|griezies .. klientu|pie|filiāl*|servis*|veikal*
        aizpild* .. form*|anket*|veidlap*|pieteikum*
        apmekl*|dodieties|ierodieties|nāciet|atnāciet|aizejiet .. filiāl*|veikal*|biroj*|centr*|mājaslap*|salon*
    """,
    why_moved="""
        lai
        jo
        tā kā
        drošīb*|privātum*|konfidenc*|publiski|publisk*
        person* .. dat*|informāc*
        jūsu|tavus|tavi dat*
        un|tad .. *sim|*simies|*asu|*isu|*osu
        kur|tur .. varēs*|varam
        vajag|vajadzīg*|nepieciešam*
    """,
    stock="""
        sagādāt*|radīt*|radus*|iespējam*|par .. neērtīb*
        neērtīb*
        paldies .. par .. atsauksm*|viedokli|sapratni|pacietību|vēršan*|ziņu|informāciju
        jūsu|klient* .. viedoklis|zvans|atsauksme|apmierinātība .. svarīg*|nozīmīg*
        nodosim|nodota|nodevām|nodots|pārsūt* .. atbildīg*|attiecīg*
        vienmēr|pastāvīgi|nemitīgi cenšamies|strādājam|uzlabo*
        saprotam .. sašutum*|neapmierinātīb*|vilšanos|sajūt*
        ar cieņu
        uztveram .. nopietni
        novērtējam .. jūsu|tavu
        palielināt*|liel* .. noslodz*|zvanu|pieprasījum*
    """,
    issues={
        Cause.SLOW_RESPONSE: "bez atbild*/nav atbild*/atbildam/neatbild*/gaid*/kavē*/lēn*/ilg*/tik ilgi/vēlu/novēlo*",
        Cause.IGNORED: "klusē*/ignor*/neatbild*/nav atbild*/bez atbild*/palik* .. bez/neatzvan*/jūsu .. ziņ*|zvan*|jautājum*|vēstul*/neviens",
        Cause.NO_AUTHORITY: "lem*|lēm*/pilnvar*/atļauj*|atļauts/tiesīb*/izlem*/sūtī* .. pie/nevar*",
        Cause.UNTRAINED_STAFF: "apmāc*/nezin*/nezināj*/zināšan*/darbiniek*/konsultant*/nekompeten*/kompeten*",
        Cause.WRONG_INFORMATION: "nepareiz*/maldin*/kļūdain* .. inform*|ziņ*|cen*/neprecīz*/pretrunīg*/novecoj*/aplam*/informācij*",
        Cause.RUDE_OR_INDIFFERENT: "rupj*/ton*/attieksm*/nepieklāj*/vienaldz*/uzved*/nelaipn*/izturē*/apkalpošan*/runā*",
        Cause.HAD_TO_REPEAT: "atkārto*/no jauna/atkal un/vēlreiz .. stāst*|skaidro*/stāstīt .. vēlreiz|atkal|reiz*/vienu un to",
        Cause.REPEAT_CONTACT: "otro|trešo|ceturto|piekto|vairākas|vairākkārt reiz*/atkārtot*/# .. reiz*/atkal/joprojām/vairākkārt*",
        Cause.TRAPPED_IN_AUTOMATION: "robot*/čatbot*/bots|botu|bota|botam/automāt*/izvēln*/cilvēk*/dzīv* operator*/ierakst*",
        Cause.UNKNOWN_HISTORY: "vēstur*/iepriekšēj*/jau stāst*|rakst*/saraks*/piezīm*/jūsu .. liet*",
        Cause.CHANNEL_SWITCH: "kanāl*/sūtī* .. no|uz/pārsūt*/dzenā*/no .. uz .. čat*|tālrun*|past*/pārslēg*",
        Cause.PRODUCT_FAULT: "defekt*/bojā*|bojāt*/salūz*/saplīs*/brāķ*/nestrād*/nedarbo*/kvalit*/lietotn*/avar*/apmain*|nomain*/kļūme/iekārt*/ierīc*/saplēs*",
        Cause.DELIVERY: "piegād*/sūtījum*/paciņ*|paku|paka|pakas|pakomāt*/kurjer*/pasūtījum*/pakomāt*/izsekošan*/pien* .. laikā",
        Cause.BILLING_REFUND: "rēķin*/maks*|maksāj*/atmaks*/naud*/iekasē*/noraksī*|norakst*/cen*/summ*/abonēšan*|abonement*/ieskait*/eur|eiro/komisij*/tarif*",
        Cause.OUTAGE: "maršrutētāj*/rūter*/nestrād*/nedarbo*/intern*/tīkl*/traucējum*/avārij*/savienojum*/pazud*/signāl*/pārraut*|pārtrauk*/sakar*/atslēg*/pakalpojum*/darbojas|darbību/zon*",
    },
    generic="""
        problēm jautājum ziņa ziņu palīdz atbalst serviss pakalp klient atbild paldies lūdz atvaino labdien sveik situācij
        šodien rīt laik sūt pārbaud zin vajag gribē darī labi būtu būs bija esam esat viss tikai ļoti kāpēc kad kur kas kā
        jums jūsu mums mūsu šis šī tas tā par uzņēm cilvēk nekad vienmēr vēl joprojām tiešām atkal vairāk
    """,
    common="""
        un ir par ar no uz kas ka lai jums jūs jūsu mēs mūsu mums tas tā šis ļoti lūdzu esam jau vai bija pie to būs jo es
        man bet nav tiks labdien paldies atvainojamies arī kad līdz šodien pēc
    """,
    greetings="labdien sveiki sveika sveiks čau labrīt labvakar cienījamā cienījamais godātais godātā mīļā",
)
