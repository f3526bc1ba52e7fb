// Every elementwise map with its derivative, once:
//
//     LK_MAP(KIND, name, y, reads, dx)
//
// `y` is an expression in x and the parameters p and q; `dx` is the gradient in x as an expression in
// dy, p, q and in what it `reads`: `x`, the result `y`, or `neither`. The list becomes the loops of a
// level, the table by which they are found, and `lk_map_gradient_reads_input`.

LK_MAP(NEGATE, negate, -x, neither, -dy)
LK_MAP(ABS, abs, FN(absolute)(x), x, FN(choose)(x == 0, zero, FN(choose)(x < 0, -dy, dy)))
LK_MAP(SIGN, sign, FN(sign)(x), neither, zero)
LK_MAP(SQUARE, square, x * x, x, 2 * x * dy)
LK_MAP(SQRT, sqrt, __builtin_elementwise_sqrt(x), y, dy / (y + y))
LK_MAP(RECIPROCAL, reciprocal, 1 / x, y, -dy * (y * y))
LK_MAP(EXP, exp, FN(exp)(x), y, dy * y)
LK_MAP(EXPM1, expm1, FN(expm1)(x), y, dy * (y + 1))
LK_MAP(LOG, log, FN(log)(x), x, dy / x)
LK_MAP(LOG1P, log1p, FN(log1p)(x), x, dy / (1 + x))
LK_MAP(SIN, sin, FN(sin)(x), x, dy * FN(cos)(x))
LK_MAP(COS, cos, FN(cos)(x), x, -dy * FN(sin)(x))
LK_MAP(TANH, tanh, FN(tanh)(x), y, FN(through_tanh)(y, dy))
LK_MAP(SIGMOID, sigmoid, FN(sigmoid)(x), y, FN(through_sigmoid)(y, dy))
LK_MAP(RELU, relu, FN(positive_part)(x), y, FN(through_relu)(y, dy))
LK_MAP(LEAKY_RELU, leaky_relu, FN(leaky_relu)(x, p), y, FN(through_leaky_relu)(y, dy, p))
LK_MAP(GELU, gelu, FN(gelu)(x), x, dy * FN(gelu_slope)(x))
LK_MAP(SOFTPLUS, softplus, FN(softplus)(x), x, dy * FN(sigmoid)(x))
LK_MAP(CLAMP, clamp, FN(clamp)(x, p, q), x, FN(choose)((x < p) | (x > q), zero, dy))
LK_MAP(POWER, power, FN(power_by)(x, (T)p_value), x, FN(through_power)(x, dy, p, p_value))
LK_MAP(AFFINE, affine, FN(fma)(p, x, q), neither, p * dy)
LK_MAP(QUOTIENT, quotient, x / p, neither, dy / p)
LK_MAP(FLOOR, floor, __builtin_elementwise_floor(x), neither, zero)
LK_MAP(ROUND, round, __builtin_elementwise_roundeven(x), neither, zero)

#undef LK_MAP
