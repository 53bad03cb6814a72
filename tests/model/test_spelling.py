import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.model.spelling import without_accents


@pytest.mark.parametrize(("spelt", "plain"), [
    ("München", "munchen"), ("MUNCHEN", "munchen"), ("Straße", "strasse"), ("Évry-Courcouronnes", "evry-courcouronnes"),
    ("Île d’Yeu", "ile d’yeu"), ("ＡＢＣ", "abc"), ("Łódź", "łodz"), ("", "")])
def test_case_and_accents_do_not_count_and_signs_stay(spelt: str, plain: str) -> None:
    assert without_accents(spelt) == plain


@given(st.text(st.characters(max_codepoint=0x24F), max_size=20))
def test_it_is_the_same_however_the_accents_are_written(text: str) -> None:
    composed, apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert without_accents(composed) == without_accents(apart)


@given(st.text(st.characters(max_codepoint=0x7F), max_size=20))
def test_plain_letters_are_only_made_small(text: str) -> None:
    assert without_accents(text) == text.lower() == without_accents(text.upper())
