"""Code lists that values of GS1 application identifiers are drawn from.

Facts of ISO 3166-1 (numbers and two letters of countries), ISO 4217 (numbers of
currencies), GS1's PackageTypeCode (grown from UN/ECE Recommendation 21) and the
media types of ISBT 128, as of July 2026.
"""


def _expand(text: str, width: int) -> frozenset[str]:
    codes = set()
    for word in text.split():
        first, _dash, last = word.partition("-")
        for number in range(int(first), int(last or first) + 1):
            codes.add(str(number).zfill(width))
    return frozenset(codes)


def _spell(text: str) -> frozenset[str]:
    """Return the codes of lines such as `A B CD`: the start, then each end."""
    codes = set()
    for line in text.split("\n"):
        start, *ends = line.split() or [""]
        codes.update(start + ("" if end == "." else end) for end in ends)
    return frozenset(codes)


COUNTRY_NUMBERS = _expand(
    """
    4 8 10 12 16 20 24 28 31-32 36 40 44 48 50-52 56 60 64 68 70 72 74 76 84 86 90
    92 96 100 104 108 112 116 120 124 132 136 140 144 148 152 156 158 162 166 170
    174-175 178 180 184 188 191-192 196 203-204 208 212 214 218 222 226 231-234
    238-239 242 246 248 250 254 258 260 262 266 268 270 275-276 288 292 296 300 304
    308 312 316 320 324 328 332 334 336 340 344 348 352 356 360 364 368 372 376 380
    384 388 392 398 400 404 408 410 414 417-418 422 426 428 430 434 438 440 442 446
    450 454 458 462 466 470 474 478 480 484 492 496 498-500 504 508 512 516 520 524
    528 531 533-535 540 548 554 558 562 566 570 574 578 580-581 583-586 591 598 600
    604 608 612 616 620 624 626 630 634 638 642-643 646 652 654 659-660 662-663 666
    670 674 678 682 686 688 690 694 702-706 710 716 724 728-729 732 740 744 748 752
    756 760 762 764 768 772 776 780 784 788 792 795-796 798 800 804 807 818 826
    831-834 840 850 854 858 860 862 876 882 887 894
    """,
    3,
)

CURRENCY_NUMBERS = _expand(
    """
    8 12 32 36 44 48 50-52 60 64 68 72 84 90 96 104 108 116 124 132 136 144 152 156
    170 174 188 192 203 208 214 222 230 232 238 242 262 270 292 320 324 328 332 340
    344 348 352 356 360 364 368 376 388 392 396 398 400 404 408 410 414 417-418 422
    426 430 434 446 454 458 462 480 484 496 498 504 512 516 524 532-533 548 554 558
    566 578 586 590 598 600 604 608 634 643 646 654 682 690 702 704 706 710 728 748
    752 756 760 764 776 780 784 788 800 807 818 826 834 840 858 860 882 886 901
    924-930 933-934 936 938 940-941 943-944 946-953 955-965 967-973 975-981 984-986
    990 994 997 999
    """,
    3,
)

COUNTRIES = _spell(
    """
    A D E F G I L M O Q R S T U W X Z
    B A B D E F G H I J L M N O Q R S T V W Y Z
    C A C D F G H I K L M N O R U V W X Y Z
    D E J K M O Z
    E C E G H R S T
    F I J K M O R
    G A B D E F G H I L M N P Q R S T U W Y
    H K M N R T U
    I D E L M N O Q R S T
    J E M O P
    K E G H I M N P R W Y Z
    L A B C I K R S T U V Y
    M A C D E F G H K L M N O P Q R S T U V W X Y Z
    N A C E F G I L O P R U Z
    O M
    P A E F G H K L M N R S T W Y
    Q A
    R E O S U W
    S A B C D E G H I J K L M N O R S T V X Y Z
    T C D F G H J K L M N O R T V W Z
    U A G M S Y Z
    V A C E G I N U
    W F S
    Y E T
    Z A M W
    """
)

PACKAGE_TYPES = _spell(
    """
    1 A B D F G W
    2 00 01 02 03 04 05 06 10 11 12 C
    3 A H
    4 3 4 A B C D F G H
    5 H L M
    6 H P
    7 A B
    8 . A B C
    9 .
    A A B C D F G H I J L M P PE T V
    B 4 B C D E F G GE H I J K L M ME N O P Q R RI S T U V W X Y Z
    C A B BL C CE D E F G H I J K L M N O P Q R S T U V W X Y Z
    D A B C G H I J K L M N P PE R S T U V W X Y
    E 1 2 3 C D E F G H I N
    F B C D E I L O OB P PE R T W X
    G B I L R U Y Z
    H A B C G N R
    I A B C D E F G H K L N Z
    J B C G R T Y
    K G I
    L AB E G T U V Z
    M A B C E PE R S T W X
    N A E F G S T U V
    O A B C D E F K PE T U
    P 2 A AE B C D E F G H I J K L LP N O OP P PE R T U UE V X Y Z
    Q A B C D F G H J K L M N P Q R S
    R B1 B2 B3 CB D G J K L O T Z
    S 1 A B C D E EC H I K L M O P S T TL U V W X Y Z
    T 1 B C D E EV G HE I K L N O R RE S T TE U V W WE Y Z
    U C N UE
    V A G I K L N O P Q R S Y
    W A B C D F G H J K L M N P Q R RP S T U V W X Y Z
    X 11 12 15 16 17 18 19 20 3 A B C D F G H J K
    Y A B C D F G H J K L M N P Q R S T V W X Y Z
    Z A B C D F G H J K L M N P Q R S T U V W X Y Z
    """
)

MEDIA_TYPES = _expand("1-10 80-99", 2)
