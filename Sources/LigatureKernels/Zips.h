// Every elementwise function of two operands a and b, once: LK_ZIP(KIND, name, value). The list
// becomes the loops of a level and the table by which they are found.

LK_ZIP(ADD, add, a + b)
LK_ZIP(SUBTRACT, subtract, a - b)
LK_ZIP(MULTIPLY, multiply, a * b)
LK_ZIP(DIVIDE, divide, a / b)
LK_ZIP(POWER_ZIP, power, FN(power)(a, b))
LK_ZIP(MAXIMUM, maximum, FN(choose)((a > b) | (a != a), a, b))
LK_ZIP(MINIMUM, minimum, FN(choose)((a < b) | (a != a), a, b))
LK_ZIP(LESS, less, FN(truth)(a < b))
LK_ZIP(LESS_EQUAL, less_equal, FN(truth)(a <= b))
LK_ZIP(GREATER, greater, FN(truth)(a > b))
LK_ZIP(GREATER_EQUAL, greater_equal, FN(truth)(a >= b))
LK_ZIP(EQUAL, equal, FN(truth)(a == b))
LK_ZIP(NOT_EQUAL, not_equal, FN(truth)(a != b))
LK_ZIP(REMAINDER, remainder, FN(remainder)(a, b))
LK_ZIP(ATAN2, atan2, FN(atan2)(a, b))
LK_ZIP(HYPOT, hypot, FN(hypot)(a, b))

#undef LK_ZIP
