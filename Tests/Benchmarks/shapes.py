"""The shapes that other compilers give to a filter, made of the same rules: for comparison, not for use.

Rules are a map from the number of a call of x86_64 to what happens to it: an action, or a list of (conditions, action) of
which the first that holds decides; a condition is (index, comparison, value[, second]).
"""

import struct

ARCHITECTURE = 0xC000003E
KILL_PROCESS = 0x80000000
LOAD, AND, JUMP_EQUAL, JUMP_GREATER, JUMP_AT_LEAST, RETURN = 0x20, 0x54, 0x15, 0x25, 0x35, 0x06
HALF = 0xFFFFFFFF


class Assembler:
    """Instructions with named places as the targets of jumps, which are always ahead."""

    def __init__(self):
        self.items, self.places, self.next_name = [], {}, 0

    def place(self, name):
        self.places[name] = len(self.items)

    def name(self):
        self.next_name += 1
        return self.next_name

    def emit(self, code, k, then=None, otherwise=None):
        self.items.append((code, k, then, otherwise))

    def bytes(self):
        program = b""
        for index, (code, k, then, otherwise) in enumerate(self.items):
            ahead = [0 if name is None else self.places[name] - index - 1 for name in (then, otherwise)]
            assert all(0 <= distance <= 255 for distance in ahead), "a jump is too long"
            program += struct.pack("<HBBI", code, *ahead, k)
        return program

    def begin(self):
        known = self.name()
        self.emit(LOAD, 4)
        self.emit(JUMP_EQUAL, ARCHITECTURE, known, None)
        self.emit(RETURN, KILL_PROCESS)
        self.place(known)
        self.emit(LOAD, 0)

    def condition(self, index, comparison, value, second=0, *, then, otherwise, is_wide):
        low, high = 16 + 8 * index, 20 + 8 * index
        rest = self.name()
        if is_wide:
            if comparison == "MASKED_EQ":
                if value >> 32:
                    self.emit(LOAD, high), self.emit(AND, value >> 32)
                    self.emit(JUMP_EQUAL, second >> 32, None, otherwise)
            else:
                self.emit(LOAD, high)
                if comparison in ("LT", "GT"):
                    self.emit(JUMP_GREATER, value >> 32, otherwise if comparison == "LT" else then, None)
                self.emit(JUMP_EQUAL, value >> 32, None, then if comparison == "LT" else otherwise)
        self.place(rest)
        self.emit(LOAD, low)
        if comparison == "MASKED_EQ":
            self.emit(AND, value & HALF)
            self.emit(JUMP_EQUAL, second & HALF, then, otherwise)
        elif comparison == "EQ":
            self.emit(JUMP_EQUAL, value & HALF, then, otherwise)
        elif comparison == "GT":
            self.emit(JUMP_GREATER, value & HALF, then, otherwise)
        elif comparison == "LT":
            self.emit(JUMP_AT_LEAST, value & HALF, otherwise, then)
        else:
            raise ValueError(comparison)

    def decision(self, clauses, default, is_wide, returns=None):
        """Tests in turn. Returns are those of `returns`, by action, or each has its own."""
        if not clauses:
            self.emit(RETURN, default)
        for place, (conditions, action) in enumerate(clauses):
            is_last = place == len(clauses) - 1
            following = returns[default] if returns and is_last else self.name()
            for index, each in enumerate(conditions):
                then = returns[action] if returns and index == len(conditions) - 1 else self.name()
                self.condition(*each, then=then, otherwise=following, is_wide=is_wide)
                if then not in (returns or {}).values():
                    self.place(then)
            if not returns:
                self.emit(RETURN, action)
                self.place(following)
                if is_last:
                    self.emit(RETURN, default)
            elif not is_last:
                self.place(following)

    def returns(self, actions):
        return {action: self.name() for action in actions}

    def place_returns(self, returns):
        for action, name in returns.items():
            self.place(name)
            self.emit(RETURN, action)


def actions(rules, default):
    plain = {action for action in rules.values() if not isinstance(action, list)}
    clauses = (clause for action in rules.values() if isinstance(action, list) for clause in action)
    return sorted(plain | {action for _, action in clauses} | {default})


def intervals(rules, default):
    """(first number, what happens), from number 0 on; calls with conditions stand alone."""
    found = []
    for number in range(max(rules) + 2):
        action = rules.get(number, default)
        if not found or found[-1][1] != action or isinstance(action, list):
            found.append((number, action))
    return found


def interval_tree(rules, default):
    """kafel's: a balanced tree of `>=` over the borders of intervals, arguments by their own width, shared returns."""
    code = Assembler()
    code.begin()
    returns = code.returns(actions(rules, default))
    leaves = {}

    def leaf(action):
        if not isinstance(action, list):
            return returns[action]
        if repr(action) not in leaves:
            leaves[repr(action)] = (code.name(), action)
        return leaves[repr(action)][0]

    def tree(parts):
        middle = len(parts) // 2
        halves = (parts[:middle], parts[middle:])
        ends = [leaf(half[0][1]) if len(half) == 1 else code.name() for half in halves]
        code.emit(JUMP_AT_LEAST, parts[middle][0], ends[1], ends[0])
        for half, end in zip(halves, ends):
            if len(half) > 1:
                code.place(end)
                tree(half)

    tree(intervals(rules, default))
    for name, clauses in leaves.values():
        code.place(name)
        code.decision(clauses, default, is_wide=False, returns=returns)
    code.place_returns(returns)
    return code.bytes()


def search_tree(rules, default):
    """gVisor's: calls with conditions first, one after the other; then a binary search tree of the ranges of the others,
    two tests a range, shared returns."""
    code = Assembler()
    code.begin()
    returns = code.returns(actions(rules, default))
    for number, action in rules.items():
        if isinstance(action, list):
            following = code.name()
            code.emit(JUMP_EQUAL, number, None, following)
            code.decision(action, default, is_wide=True, returns=returns)
            code.place(following)
    plain = {number: action for number, action in rules.items() if not isinstance(action, list)}
    starts = intervals(plain, default)
    ranges = [(first, last[0] - 1, action) for (first, action), last in zip(starts, starts[1:]) if action != default]

    def tree(parts, start):
        """Emits the search of some ranges; `start` is its name."""
        code.place(start)
        middle = len(parts) // 2
        first, last, action = parts[middle]
        lower, upper = parts[:middle], parts[middle + 1:]
        left, right = (code.name() if part else returns[default] for part in (lower, upper))
        code.emit(JUMP_GREATER, last, right, None)
        code.emit(JUMP_AT_LEAST, first, returns[action], left)
        if lower:
            tree(lower, left)
        if upper:
            tree(upper, right)

    tree(ranges, code.name())
    code.place_returns(returns)
    return code.bytes()


def chain(rules, default):
    """One test after the other, one for each call, as filters are written by hand and by simple generators."""
    code = Assembler()
    code.begin()
    for number, action in sorted(rules.items()):
        following = code.name()
        code.emit(JUMP_EQUAL, number, None, following)
        if isinstance(action, list):
            code.decision(action, default, is_wide=True)
        else:
            code.emit(RETURN, action)
        code.place(following)
    code.emit(RETURN, default)
    return code.bytes()


def answered_first(program, number, clauses, default):
    """A program that asks for one call before all others: no order of tests can be quicker for that call."""
    code = Assembler()
    other, known, wanted = code.name(), code.name(), code.name()
    code.emit(LOAD, 4)
    code.emit(JUMP_EQUAL, ARCHITECTURE, known, other)
    code.place(known)
    code.emit(LOAD, 0)
    code.emit(JUMP_EQUAL, number, wanted, other)
    code.place(wanted)
    code.decision(clauses, default, is_wide=False)
    code.place(other)
    return code.bytes() + program
