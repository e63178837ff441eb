"""Plain English: whatever people read, somebody of about twelve can read."""

import pytest

from tests.everything_read import everything, sentences_of_the_product
from tests.reading_ease import grade, sentences_in, syllables, words_in

AT_MOST: float = 7
"""The Flesch-Kincaid grade that is read with ease at about twelve."""
FEW_WORDS = 10
"""Fewer have no grade worth the name: one long word makes a button a text for professors."""
LONGEST_SENTENCE = 33
"""Words; a colon and a semicolon do not end one here."""

EXCEPTIONS = {
    "Say.HELP_AWAY": "the role is called so: headteacher",
    "Say.HELP_DIGEST_HERE": "the roles are called so: headteacher, administrator",
    "Say.STATE_NO_DATE": "the role is called so: administrator",
    "card take-advice-first": "discrimination and special educational needs: terms of the law",
    "clause P28": "defamatory: a term of the law, and of the policy",
    "restriction code-of-conduct": "procedure: the policy's own word, for the head",
    "site google-reviews": "Business Profile: what Google calls it",
    "step acknowledge": "policy, applies: what is decided",
}
"""What is harder, and why it cannot be otherwise."""

TEXTS = dict(everything())


def is_text(text: str) -> bool:
    return len(words_in(text)) >= FEW_WORDS


def test_everything_can_be_read_at_twelve() -> None:
    graded = {place: grade(text) for place, text in TEXTS.items() if is_text(text)}
    assert len(graded) > 150
    hard = {place: round(found, 1) for place, found in graded.items() if found > AT_MOST}
    assert {place: found for place, found in hard.items() if place not in EXCEPTIONS} == {}
    assert sorted(EXCEPTIONS.keys() - hard.keys()) == []


def test_no_sentence_has_to_be_read_twice() -> None:
    long = {
        place: sentence
        for place, text in TEXTS.items()
        for sentence in sentences_in(text)
        if len(words_in(sentence)) > LONGEST_SENTENCE
    }
    assert long == {}


def test_what_the_bot_says_all_in_all_is_easier_than_that() -> None:
    said = "\n".join(text for text in sentences_of_the_product().values() if is_text(text))
    assert grade(said) < AT_MOST - 2


HARD = (
    "Notwithstanding the aforementioned considerations, participation in the consultation "
    "necessitates authorisation by the appropriate administrative representatives."
)


def test_officialese_is_found() -> None:
    assert grade(HARD) > 3 * AT_MOST
    assert grade("The cat sat on the mat. It was fat.") < 1
    assert grade("") == 0


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "post school clear chair their you've don't reached named asked closed told league"),
        (
            2,
            "report parent people answer ready being decide decides wanted picture pages colleague",
        ),
        (2, "social special region question equal request safely patient client argue erased"),
        (3, "officer remember governor together family messages addresses decided behaviour video"),
        (3, "various religious serious actual usual audience anyone safeguarding courageous"),
        (4, "authority education usually experience material community society variety negotiate"),
        (5, "administrator discrimination educational opportunity immediately individual"),
    ],
)
def test_syllables_are_counted_as_they_are_spoken(count: int, words: str) -> None:
    assert {word: syllables(word) for word in words.split()} == dict.fromkeys(words.split(), count)
