"""The one error of the rules: something a person asked for and may not have."""


class Refused(Exception):
    """A sentence for the speaker, and what to type instead.

    ``choices`` are lines the speaker may say in place of the refused one; chats show them as buttons.
    """

    def __init__(self, sentence: str, *, hint: str = "", choices: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint
        self.choices = choices
