"""Invented product names in great variety, so that the model learns to copy a name instead of knowing it."""

from __future__ import annotations

import hashlib
import random

from .lexicon import lexicon

ONSETS = "b br c cl d dr f fl g gl h j k kl l m n p pl qu r s sh sk sl sn st t th tr v w y z".split()
VOWELS = "a e i o u a e i o a e i o ai ea ee ia io oo ou".split()
ENDINGS = ["", "", "", "n", "r", "l", "s", "x", "m", "th", "ra", "na", "lo", "va", "ri", "ly", "ta", "do", "ka", "nt"]
FIRST = """Amber Arc Ash Aster Atlas Aurora Autumn Basin Bay Beacon Birch Black Blue Bold Bramble Bright Brisk Brook Calm
Cedar Chalk Cinder Clay Clear Cloud Clover Coast Cobalt Copper Coral Cove Crane Crisp Crow Dawn Deep Dew Double Drift Dune Dusk
Early Echo Elm Ember Fable Far Fern Field Finch First Flint Fox Free Gentle Gild Ginger Glass Gold Good Grand Granite Gray Green
Grove Half Happy Harbour Harvest Hazel Heather Hearth Hill Hollow Honest Hush Indigo Iris Iron Ivory Ivy Juniper Kestrel Kind
Kite Lake Lantern Lark Laurel Lemon Light Linen Little Long Loom Lucky Lumen Luna Lush Maple Marble Marlow Meadow Mellow Midnight
Mild Mint Mist Moon Morning Moss Mountain New Night Nimble Noble North Oak Oat Ochre Olive Onyx Open Orchard Otter Owl Paper Pearl
Pebble Pepper Pine Plain Plum Polar Poppy Prairie Prime Proud Pure Quiet Quill Rain Raven Red Reed Ridge River Robin Rose Ruby
Rush Sable Saffron Sage Salt Sand Scarlet Sea Second Shell Shore Silver Simple Slate Slow Small Snow Soft Solar Solid South Spark
Sparrow Spring Spruce Star Still Stone Storm Summer Sun Swift Tall Tangerine Thistle Thyme Tide Timber True Tulip Twin Umber
Velvet Violet Warm Wave West White Wild Willow Wind Winter Wren Yellow Young Zephyr""".split()
SECOND = """Acre Anchor Apple Arrow Barn Basket Bear Bee Bell Berry Bird Bloom Bow Branch Bridge Cabin Cat Circle Co. Corner
Cottage Craft Creek Crown Cup Daughter Day Den Door Dove Falls Feather Fern Fig Fire Fish Flower Folk Foot Forge Form Fox Frame
Garden Gate Glow Goods Goose Grain Grove Hare Hart Haven Hill Hive Hollow Home House Island Jar Key Kitchen Knot Lab Lane Leaf
Light Line Loft Loom Made Market Meadow Mill Moon Moth Mountain Nest Note Oak Orchard Owl Page Palm Parlour Path Peak Pear Petal
Pine Place Plant Pocket Point Pony Post Pot Press Quarter Rabbit River Road Robin Roof Room Root Rose Row Sail Scout Seed Shed
Shop Shore Sister Sky Song Sparrow Spoon Spring Square Star Station Stone Story Street Studio Supply Swan Table Thread Tiger Top
Tower Trail Tree Twelve Valley View Village Wagon Walk Water Wave Wheel Whale Wing Wolf Wood Works Yard""".split()
PEOPLE = """Ada Alma Anna August Bea Bruno Clara Cora Della Edith Elsa Emil Ezra Felix Flora Freya Greta Hugo Ida Ines Iris Ivo
Jonas June Klara Leo Lola Luca Mabel Maeve Marta Max Mila Nell Nico Nora Olga Otto Pia Rosa Ruth Sami Selma Tess Theo Vera Wanda
Yuna Zoe""".split()
ACCENTED = ["Café Bleu", "Señor Sol", "Måne", "Fjäll", "Bäckerei Nord", "São Rio", "Crème & Co.", "Noël", "Zürich Nine", "Élan"]

ZH_SOFT = """云山月风花雪雨春夏秋冬青白素清禾木林竹松梅兰菊荷溪江河湖海星辰日光晨暮夜灯火石泉茶米麦谷豆果叶枝根芽露霜雾岚峰岭谷川
舟渡桥门窗屋院巷里坊间半一二三四五六七八九十百千万小大老初新旧南北东西中上下左右心意知见闻听观行归来去安宁和平悠然自在乐喜欢
朴拙雅静淡浓甘甜香暖凉轻慢快简真善美诗书画琴棋纸墨笔布衣麻棉丝陶瓷铜铁金银玉珠贝鹿鹤燕雀鱼猫熊兔虎马牛羊象鲸""".replace("\n", "")
ZH_TAIL = ["记", "堂", "家", "坊", "社", "屋", "里", "山房", "居", "物语", "先生", "小铺", "工坊", "研究所", "日记", "时光", "生活", "良品",
           "集", "庄", "园", "斋", "号", "人家", "制造", "食堂", "手作", "公社"]


def held_out(name: str) -> bool:
    """One name in sixteen is never trained on: evaluation asks for those."""
    return hashlib.sha256(name.casefold().encode()).digest()[0] % 16 == 0


def product_name(rng: random.Random, language: str, category: str | None, held: bool = False) -> str:
    """A name from the training side of the split, or from the held-out side."""
    while True:
        name = _draw(rng, language, category)
        if 1 < len(name) <= 34 and held_out(name) == held:
            return name


def _draw(rng: random.Random, language: str, category: str | None) -> str:
    if language == "zh":
        name = _english(rng, category, short=True) if rng.random() < 0.16 else _chinese(rng, category)
    else:
        name = _chinese(rng, None) if rng.random() < 0.02 else _english(rng, category)
    return name


def _syllables(rng: random.Random) -> str:
    parts = [rng.choice(ONSETS) + rng.choice(VOWELS) for _ in range(rng.choice((1, 1, 2, 2, 2)))]
    start = rng.choice(("", "", "", "", "", "A", "E", "O"))
    return (start + "".join(parts) + rng.choice(ENDINGS)).capitalize()


def _english(rng: random.Random, category: str | None, short: bool = False) -> str:
    first, second = rng.choice(FIRST), rng.choice(SECOND)
    roll = rng.random()
    if roll < 0.34:
        name = _syllables(rng)
    elif roll < 0.50:
        name = f"{first} {second}"
    elif roll < 0.58:
        name = first + second.lower().rstrip(".")
    elif roll < 0.66:
        name = f"{first} {rng.choice(('&', 'and', '&', 'of the', '+'))} {second}"
    elif roll < 0.72:
        name = f"{rng.choice(PEOPLE)}'s" + rng.choice(("", f" {second}"))
    elif roll < 0.76:
        name = f"{rng.choice((first, _syllables(rng)))} {rng.choice((str(rng.randint(2, 99)), 'Pro', 'Mini', 'One', 'X', 'Air', 'No. ' + str(rng.randint(1, 9))))}"
    elif roll < 0.80:
        name = rng.choice((_syllables(rng), first)).upper()
    elif roll < 0.83:
        name = f"The {first} {second}"
    elif roll < 0.86:
        name = rng.choice((f"{first}-{second}", _syllables(rng) + rng.choice("XYZQ"), "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(3, 8))).capitalize()))
    elif roll < 0.88:
        name = rng.choice(ACCENTED)
    elif roll < 0.91:
        name = rng.choice((first + rng.choice(("Go", "Up", "Lab", "Kit")), f"{first.lower()} & {second.lower()}"))
    else:
        name = f"{rng.choice(PEOPLE)} {rng.choice((first, second, _syllables(rng)))}"
    if category and not short and rng.random() < 0.22:
        # Singular and mass nouns only: "Velora Lamps breaks the rules" reads badly.
        things = [t for t in lexicon("en").categories[category]["thing"] if not t.endswith("s")]
        name = f"{name} {_title(rng.choice(things))}" if things else name
    return name


def _title(text: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in text.split())


def _chinese(rng: random.Random, category: str | None) -> str:
    roll = rng.random()
    if roll < 0.62:
        name = "".join(rng.choice(ZH_SOFT) for _ in range(rng.choice((2, 2, 2, 3, 3, 4))))
    elif roll < 0.80:
        name = "".join(rng.choice(ZH_SOFT) for _ in range(rng.choice((1, 2, 2)))) + rng.choice(ZH_TAIL)
    elif roll < 0.94:
        # Any common character: GB 2312 level 1, so that rare ones, spelt in bytes, are copied as well.
        name = "".join(_common_character(rng) for _ in range(rng.choice((2, 2, 3))))
    else:
        name = rng.choice(("阿", "老", "小")) + _common_character(rng) + rng.choice(ZH_TAIL)
    if category and rng.random() < 0.2:
        name += rng.choice(lexicon("zh").categories[category]["thing"])
    return name


def _common_character(rng: random.Random) -> str:
    while True:
        code = bytes((rng.randint(0xB0, 0xD7), rng.randint(0xA1, 0xFE)))
        try:
            return code.decode("gb2312")
        except UnicodeDecodeError:
            continue
