"""Codes are easy to write down, read out and type, and a slip does not lead to somebody else's."""

from collections import Counter
from itertools import combinations, pairwise
from random import Random, SystemRandom

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import codes

LISTED = frozenset(codes.words())
listed = st.sampled_from(codes.words())
four = st.lists(listed, min_size=4, max_size=4, unique=True)

# Words that could hurt or shame somebody who reads them as theirs, each with those it stands for.
BANNED = {
    "violence": (
        "attack axe blade blood bomb bruise bullet cannon choke crime dagger dead death fight fist force gun "
        "hammer harm hit hunt hurt kick kill knife lash murder noose pistol poison punch rope shot slap spear "
        "stab strike sword target torture trap victim violent war weapon whip wound"
    ),
    "following, watching, locking in": (
        "cage camera chain collar cuff gag hide hostage key leash lock locker padlock prey private pursuit "
        "record rescue secret silence silent spy stalk trace tracker viewer watch webcam"
    ),
    "bodies": (
        "ankle arm back belly bone bottom breast bum butt cheek chest chin elbow eye face finger foot hair "
        "hand heel hip knee leg limb lip mouth neck nose palm rear rib shin skin stomach thigh throat thumb "
        "toe tongue tooth torso waist womb wrist"
    ),
    "closeness": (
        "bath bathtub bed bedroom blanket bra bride couch couple cuddle date dress heart hotel intimate kiss "
        "lace lap love lovely lover massage mattress naked nude partner pillow pretty quilt romance rub satin "
        "sauna sensual sex sheet shower skirt sofa strip stroke tender tissue touch undress vest virgin "
        "wedding wet"
    ),
    "faith": (
        "abbey altar angel bible bishop chapel church cross devil faith ghost god grave halo heaven hell hymn "
        "idol jesus mercy minister monk mosque nun pope pray prayer priest prophet psalm rabbi relic sacred "
        "saint satan shrine sin soul spirit temple vicar worship"
    ),
    "illness": (
        "ache cancer clinic coma disease doctor dose drug fever germ hospice ill injury medic needle nurse "
        "pain patient pill plaster pulse sick splint surgeon syringe tablet vein virus ward"
    ),
    "police and courts": (
        "arrest badge bail bars cell charge convict cop copper court crime fine guilty jail judge jury "
        "justice lawyer officer parole police prison sentence sheriff siren trial verdict warrant witness"
    ),
    "family and children": (
        "aunt baby boy brother child cot cousin cradle dad daddy daughter family father girl home house "
        "husband infant kid lullaby maiden mother mum nanny nappy nephew newborn nursery orphan parent sister "
        "son teddy toddler twin uncle wife womb youth"
    ),
    "drink and drugs": (
        "ale bar beer bottle brandy brewer champagne cider cocaine cocktail gin heroin lager liquor opium pub "
        "rum saloon tavern vodka weed whisky wine"
    ),
    "insults": (
        "ape ass beast beaver bimbo bitch brat cow coward crazy creep cretin dog donkey dumb dwarf fairy fool "
        "freak gorilla hag hippo idiot lemming loser lunatic mad mental monkey monster moron nut pansy pig "
        "prick psycho queen rat scum slag slave slut snake spade stupid tart tramp trash ugly weasel whale "
        "worm yob"
    ),
    "what the chat itself is told": (
        "again answer back cancel delete done end erase exit help menu more next no ok open pause restart "
        "resume send skip start stop undo why yes"
    ),
    "names of people": (
        "amber april ben bill bob carol charlie daisy david emma frank george grace hazel heather henry holly "
        "iris ivy jack jade james jasmine jenny joan john july june lily lucy mark martin mary max megan "
        "molly nick olive oliver oscar patrick paul peter poppy robert robin rose rowan ruby ruth sam sandy "
        "sky smith sophie summer susan taylor terry thomas tom victoria violet walter will william willow"
    ),
}

SOUND_ALIKE = """
air heir / aisle isle / allowed aloud / ant aunt / aural oral / bail bale / ball bawl / balmy barmy / bare bear /
bauble bobble / be bee / beach beech / bean been / beat beet / bell belle / berry bury / berth birth / blew blue /
board bored / bolder boulder / bough bow / boy buoy / brake break / bread bred / broach brooch / canon cannon /
carat carrot / caster castor / cellar seller / cent scent / cereal serial / check cheque / chilli chilly / choir
quire / chord cord / cite sight site / coarse course / conker conquer / creak creek / cue queue / currant current /
curb kerb / cygnet signet / cymbal symbol / dear deer / desert dessert / dew due / die dye / draft draught / dual
duel jewel / ewe yew / fair fare / fairy ferry / farther father / feat feet / fir fur / flair flare / flaw floor /
flea flee / flour flower / fort fought / foul fowl / freeze frieze / gait gate / gild guild / gilt guilt / gorilla
guerrilla / grate great / grater greater / grease greece / groan grown / hail hale / hair hare / hall haul / hangar
hanger / heal heel / hear here / higher hire / hoarse horse / hoes hose / idle idol / in inn / kernel colonel / key
quay / knight night / knit nit / knot not / lain lane / larva lava / lead led / leak leek / lessen lesson / liar
lyre / lichen liken / links lynx / loan lone / loot lute / made maid / mail male / main mane / maize maze / mall
maul / mantel mantle / mare mayor / marshal martial / medal meddle / meat meet / metal mettle / mews muse / might
mite / miner minor / moat mote / moor more / moose mousse / morning mourning / muscle mussel / mustard mustered /
naval navel / none nun / oar ore / one won / pail pale / pain pane / pair pear / palate palette / passed past /
patience patients / pause paws / pea pee / peace piece / peak peek / peal peel / pearl purl / pedal peddle / peer
pier / place plaice / plain plane / plait plate / plum plumb / pole poll / pour pore / praise prays / principal
principle / profit prophet / rain reign / raise rays / rap wrap / read red / read reed / real reel / right write /
ring wring / road rode / roe row / role roll / root route / rose rows / rote wrote / rung wrung / rye wry / sail
sale / sauce source / saw sore / scene seen / sea see / seam seem / seas seize / sew sow / shake sheikh / shear
sheer / shoe shoo / shore sure / slay sleigh / sloe slow / soar sore / sole soul / some sum / son sun / soot suit /
stair stare / stake steak / stalk stork / stationary stationery / steal steel / step steppe / stile style / storey
story / straight strait / suede swayed / sundae sunday / sweet suite / tail tale / tea tee / team teem / tear tier /
tern turn / their there / thrown throne / thyme time / tide tied / timber timbre / tire tyre / toad toed / toe tow /
tor tore / troop troupe / tuna tuner / vain vane / vale veil / wail whale / waist waste / wait weight / waive wave /
ware wear / warn worn / way weigh / we wee / weak week / weather whether / weir we're / wheel weal / which witch /
whine wine / whirled world / wood would / yoke yolk / yore your
"""


def slips(word: str) -> set[str]:
    """Every single slip in `word`, written here anew so that the list is not judged by the code it serves."""
    made = set()
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        for letter in "abcdefghijklmnopqrstuvwxyz":
            made.add(before + letter + after)
            if after:
                made.add(before + letter + after[1:])
        if after:
            made.add(before + after[1:])
        if len(after) > 1:
            made.add(before + after[1] + after[0] + after[2:])
    return made - {word}


# The list


def test_there_are_words_enough_for_44_bits() -> None:
    assert len(codes.words()) >= 2048


def test_the_words_stand_in_order_each_once() -> None:
    assert all(one < other for one, other in pairwise(codes.words()))


def test_the_words_are_short_and_in_plain_small_letters() -> None:
    assert all(word.isascii() and word.isalpha() and word.islower() and 3 <= len(word) <= 7 for word in codes.words())


def test_no_single_slip_turns_one_listed_word_into_another() -> None:
    assert {word: near for word in codes.words() if (near := slips(word) & LISTED)} == {}


@pytest.mark.parametrize("kind", BANNED)
def test_no_word_could_distress(kind: str) -> None:
    assert LISTED.isdisjoint(BANNED[kind].split())


def test_no_word_hides_a_worse_one() -> None:
    hidden = "cock coon cum fag fuck kill nazi nigg paki piss porn rape shit slut whor"
    assert [word for word in codes.words() if any(part in word for part in hidden.split())] == []


def test_no_two_words_sound_the_same() -> None:
    groups = [set(group.split()) for group in SOUND_ALIKE.split("/")]
    assert [group & LISTED for group in groups if len(group & LISTED) > 1] == []


def test_nine_slips_in_ten_lead_back_to_the_word_that_was_meant() -> None:
    one_slip_from = Counter(slip for word in codes.words() for slip in slips(word))
    assert sum(times == 1 for times in one_slip_from.values()) / len(one_slip_from) > 0.9


# Making one


def test_a_new_code_is_four_different_listed_words() -> None:
    random = Random(7)
    for _ in range(200):
        words = codes.new_code(random).split(" ")
        assert len(words) == len(set(words)) == 4
        assert LISTED.issuperset(words)


def test_codes_differ_and_use_the_whole_list() -> None:
    random = Random(7)
    made = [codes.new_code(random) for _ in range(20_000)]
    assert len(set(made)) == 20_000
    assert {word for code in made for word in code.split()} == LISTED


# Reading one back


@given(st.randoms(use_true_random=False))
def test_a_new_code_reads_back_as_itself(random: Random) -> None:
    code = codes.new_code(random)
    assert codes.normalise(code) == code


def test_a_code_from_the_randomness_in_use_reads_back_as_itself() -> None:
    code = codes.new_code(SystemRandom())
    assert codes.normalise(code) == code


@given(
    four,
    st.sampled_from([" ", "-", ", ", "  ", "\n", " - ", ".", "/", "\u2013", "\u00a0", "_", "; ", " + "]),
    st.booleans(),
)
def test_case_and_marks_between_words_do_not_matter(words: list[str], mark: str, shout: bool) -> None:
    typed = mark.join(word.upper() if shout else word.title() for word in words)
    assert codes.normalise(f" {typed}. ") == " ".join(words)


def test_numbered_and_quoted_words_are_read() -> None:
    one, two, three, last = codes.words()[:4]
    assert codes.normalise(f"1. {one}\n2. {two}\n3. {three}\n4. {last}") == f"{one} {two} {three} {last}"
    assert codes.normalise(f"\u201c{one} {two} {three} {last}\u201d") == f"{one} {two} {three} {last}"


def test_letters_of_another_width_are_read() -> None:
    one, two, three, last = codes.words()[:4]
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in one)
    assert codes.normalise(f"{wide} {two} {three} {last}") == f"{one} {two} {three} {last}"


@given(four)
def test_words_run_together_are_read_if_only_one_way_is_possible(words: list[str]) -> None:
    assert codes.normalise("".join(words)) in {" ".join(words), None}


def test_words_run_together_are_nearly_always_read() -> None:
    random = Random(7)
    made = [codes.new_code(random) for _ in range(500)]
    assert sum(codes.normalise(code.replace(" ", "")) == code for code in made) > 490


def test_a_word_broken_in_two_is_read() -> None:
    assert codes.normalise("rain bow violin orchard tea pot") == "rainbow violin orchard teapot"


@given(four, st.data())
def test_one_slip_in_every_word_is_mended_or_refused_but_never_another_code(
    words: list[str], data: st.DataObject
) -> None:
    typed = [data.draw(st.sampled_from(sorted(slips(word)))) for word in words]
    assert codes.normalise(" ".join(typed)) in {" ".join(words), None}


def test_a_slip_of_each_kind_is_mended() -> None:
    for slip in ("rainbo", "rainboww", "rsinbow", "rianbow"):
        assert codes.normalise(f"{slip} violin orchard teapot") == "rainbow violin orchard teapot"


def test_a_slip_that_could_be_two_words_is_not_guessed() -> None:
    between = next(
        slip
        for one, other in combinations(codes.words(), 2)
        if one[:2] == other[:2] and (both := slips(one) & slips(other))
        for slip in sorted(both)
    )
    assert codes.normalise(f"{between} violin orchard teapot") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "violin",
        "violin orchard teapot",
        "violin orchard teapot rainbow violin",
        "violin orchard teapot zzzzz",
        "violin orchard teapot r",
        "please stop this now",
        "I need help now",
        "he has my phone",
        "1234 5678 9012 3456",
        "\u0645\u0631\u062d\u0628\u0627 violin orchard teapot",
        "violin " * 1000,
        "\ufdfa" * 200,
    ],
)
def test_what_is_no_code_is_not_taken_for_one(text: str) -> None:
    assert codes.normalise(text) is None


@given(st.text(max_size=300))
def test_any_text_at_all_gives_a_code_or_nothing(text: str) -> None:
    code = codes.normalise(text)
    assert code is None or (len(code.split(" ")) == 4 and LISTED.issuperset(code.split(" ")))


@given(st.text(alphabet="abcdefghij klmnop-qrstuvwxyz", max_size=60))
def test_reading_twice_changes_nothing(text: str) -> None:
    code = codes.normalise(text)
    assert code is None or codes.normalise(code) == code
