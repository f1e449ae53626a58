"""Named palettes: (main, second, accent, dark, light) and the words for them.

Backgrounds are drawn in main and second, ink styles in dark and light, so the name can be read off the picture.
"""
import numpy as np

# name: (colours, english words, chinese words)
PALETTES = {
    "red": ("#d7263d #f2545b #ffd166 #3d0c11 #fff1e6", "red, crimson, scarlet", "红色, 大红色, 朱红色, 红"),
    "orange": ("#f77f00 #ffa94d #fff3bf #5c2300 #fff4e0", "orange", "橙色, 橘色, 橙"),
    "yellow": ("#ffc914 #ffe066 #ff8c42 #4a3500 #fffbe0", "yellow, mustard, golden", "黄色, 明黄色, 黄"),
    "green": ("#3a8f3c #7bc558 #f9e784 #0f3314 #f1fbe6", "green", "绿色, 绿"),
    "teal": ("#0e7c7b #2fb5ad #ffd8a8 #06302f #e3f7f3", "teal, turquoise, turquoise blue", "青色, 青绿色, 蓝绿色"),
    "sky": ("#5db7ee #a5dbfa #fff0a5 #123a5c #f0faff", "sky blue, light blue, baby blue", "天蓝色, 浅蓝色, 天蓝"),
    "blue": ("#2b59d9 #5c86f2 #ffd23f #0a1a4f #eaf0ff", "blue, royal blue, cobalt", "蓝色, 宝蓝色, 蓝"),
    "navy": ("#14213d #27406e #fca311 #070d1c #e9edf5", "navy, navy blue, midnight blue, dark blue", "藏青色, 海军蓝, 深蓝色"),
    "purple": ("#6a2fb0 #9d5fe0 #ffc6ff #260a4a #f6ecff", "purple, violet", "紫色, 紫罗兰色, 紫"),
    "pink": ("#ff8fb8 #ffc2d9 #d6336c #5a0f2e #fff0f6", "pink, rose pink", "粉色, 粉红色, 粉红"),
    "cream": ("#f6e7cb #e8cfa0 #c8553d #4b3621 #fffaf0", "cream, beige, ivory", "米色, 奶油色, 米白色"),
    "brown": ("#7a4a2b #a8744a #f2c57c #2d1708 #f8ead8", "brown, coffee brown, chocolate brown", "棕色, 褐色, 咖啡色"),
    "black": ("#1c1c20 #3d3e46 #e8b83a #050506 #f4f1ea", "black, noir", "黑色, 黑"),
    "white": ("#fbfbf9 #d5dbe1 #7d8894 #20242a #ffffff", "white, minimal white", "白色, 白"),
    "sunset": ("#ff6b35 #a4306f #ffc857 #3b0f45 #ffe9d1", "sunset, sunset colours, sunset colors", "日落, 日落色, 晚霞"),
    "candy": ("#ff9ecb #7ee0dd #fff07c #6b2d73 #fffafd", "bubblegum, candy colours, candy colors", "糖果色, 泡泡糖色"),
    "retro": ("#d9772b #2f8f86 #f2c14e #4a2415 #f7ead0", "retro, retro colours, retro colors, seventies", "复古, 复古色, 怀旧色"),
    "forest": ("#1f4d36 #8a9a3b #d9a441 #0d2117 #eef0d8", "forest, forest green, dark green, forest colours, forest colors", "森林, 森林色, 墨绿色"),
    "citrus": ("#b5d928 #ffb000 #ff6f3c #2f4a08 #fbffe3", "citrus, lime, lime green", "柠檬绿, 青柠色, 柑橘色"),
    "pastel": ("#cdb4f0 #bdeed3 #ffd6b8 #4a3d6b #fffdf7", "pastel, pastel colours, pastel colors", "马卡龙色, 柔和色, 粉彩"),
}
NAMES = list(PALETTES)


def hexes(name: str) -> list[str]:
    return PALETTES[name][0].split()


def rgb(code: str) -> np.ndarray:
    return np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)], np.float32) / 255


COLORS = np.stack([[rgb(code) for code in hexes(name)] for name in NAMES])  # [palettes, 5, 3] in 0…1
