from monitor.sources.x_vocabulary import POST_EXPANSIONS, POST_FIELDS, Vocabulary, ignored, refused, translate

ASKED = {"tweet.fields": ",".join(POST_FIELDS), "expansions": ",".join(POST_EXPANSIONS), "max_results": 100}


def test_the_old_vocabulary_is_left_alone():
    assert translate(ASKED, Vocabulary.OLD) == ASKED


def test_the_new_vocabulary_asks_for_post_fields():
    new = translate(ASKED, Vocabulary.NEW)
    assert "tweet.fields" not in new
    assert new["post.fields"].split(",") == [
        "id",
        "text",
        "conversation_id",
        "created_at",
        "lang",
        "note_post",
        "public_metrics",
    ]
    assert new["max_results"] == 100


def test_what_can_no_longer_be_asked_for_comes_as_an_expansion_once():
    assert translate(ASKED, Vocabulary.NEW)["expansions"].split(",") == [
        "author_id",
        "edit_history_post_ids",
        "in_reply_to_user_id",
        "referenced_posts",
    ]


def test_a_request_without_post_fields_is_the_same_in_both():
    params = {"user.fields": "id,name", "ids": "1,2"}
    assert translate(params, Vocabulary.NEW) == params


def test_a_refusal_is_about_names_when_it_names_one_that_only_we_used():
    complaint = "The query parameter [tweet.fields] is not one of [id,max_results]"
    assert refused(complaint, Vocabulary.OLD)
    assert not refused(complaint, Vocabulary.NEW)
    assert not refused("'max_results' must be between 5 and 100", Vocabulary.OLD)


def test_each_vocabulary_has_another():
    assert Vocabulary.OLD.other is Vocabulary.NEW
    assert Vocabulary.NEW.other is Vocabulary.OLD


def test_names_were_passed_over_when_no_post_says_when_it_was_written():
    bare = {"id": "1", "text": "hello", "edit_history_post_ids": ["1"]}
    assert ignored({"data": [bare, bare]})
    assert not ignored({"data": [bare, {**bare, "created_at": "2026-11-22T12:00:00Z"}]})


def test_users_counts_and_nothing_tell_nothing_about_names():
    for data in ([{"id": "1", "username": "anna"}], [{"start": "", "end": "", "tweet_count": 1}], [], None, ["?"]):
        assert not ignored({"data": data})
