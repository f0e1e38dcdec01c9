"""Prints, as JSON, the Simplified form of each Traditional character; `handlers/plain.py` has it run when it needs it.

It is a process of its own since OpenCC's dictionaries would stay in memory: 12 MB for a table of 4,000 characters.
"""

import json
import sys

from opencc import OpenCC

# CJK Unified Ideographs with Extension A and the compatibility forms; what lies beyond is on nobody's keyboard.
IDEOGRAPHS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))


def main() -> None:
    """Have OpenCC convert each character by itself.

    It would choose among several by the words around; for telling whether two texts are the same, one is enough.
    """
    characters = [chr(code) for first, end in IDEOGRAPHS for code in range(first, end)]
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    pairs = zip(characters, converted, strict=True)
    json.dump({ord(one): other for one, other in pairs if one != other}, sys.stdout)


if __name__ == "__main__":
    main()
