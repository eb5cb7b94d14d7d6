"""Keeps the results of long runs in a page of the documentation: a section a test, replaced by the next run."""
import datetime


def record(page, name, lines):
    """Writes the lines, with today's date, between `<!-- NAME -->` and the next `<!-- end -->`."""
    with open(page) as file:
        text = file.read()
    begin = f"<!-- {name} -->\n"
    head, mark, rest = text.partition(begin)
    _, end, tail = rest.partition("<!-- end -->\n")
    if not mark or not end:
        raise SystemExit(f"{page} has no place for {name}")
    body = f"On {datetime.date.today()}:\n\n" + "".join(f"- {line}\n" for line in lines)
    with open(page, "w") as file:
        file.write(head + begin + body + end + tail)
