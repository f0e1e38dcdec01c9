"""The expected 'no': the parent of all refusals, each named as the fact that stands in the way."""


class Refused(Exception):
    """Somebody asked for what the rules do not allow; its sentence stands in the texts of its feature."""


class NotForYou(Refused):
    """The person who pressed or typed may not do this."""


class NoSuchThing(Refused):
    """What a button or a command points to is not there any more."""
