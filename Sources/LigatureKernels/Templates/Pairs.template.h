// What a division leaves, and the length of a side: functions of two operands that are more than an
// expression.

/// a - b floor(a / b), which has the sign of b. `fmod` is exact, and so the same everywhere.
LK_INLINE V FN(remainder)(V a, V b) {
  V rest;
  for (int lane = 0; lane < LANES; ++lane) rest[lane] = (T)fmod((double)a[lane], (double)b[lane]);
  const IV is_other_side = (rest != 0) & ((rest < 0) ^ (b < 0));
  return FN(choose)(is_other_side, rest + b, rest);
}

// Errors measured as in Exponential.template.h: hypot 0.51 ulp for float32, which is computed in double,
// and 1.2 for float64.

#if LK_DOUBLE

LK_INLINE V FN(hypot)(V a, V b) {
  const V infinity = FN(splat)((T)INFINITY), one = FN(splat)(1);
  a = FN(absolute)(a);
  b = FN(absolute)(b);
  // Powers of 2 keep the squares in range, and round nothing.
  const V larger = FN(choose)(a > b, a, b);
  const IV is_large = larger > FN(splat)(0x1p500), is_small = larger < FN(splat)(0x1p-500);
  const V scale = FN(choose)(is_large, FN(splat)(0x1p-600),
                             FN(choose)(is_small, FN(splat)(0x1p600), one));
  const V back = FN(choose)(is_large, FN(splat)(0x1p600),
                            FN(choose)(is_small, FN(splat)(0x1p-600), one));
  const V x = a * scale, y = b * scale;
  const V length = __builtin_elementwise_sqrt(x * x + y * y) * back;
  return FN(choose)((a == infinity) | (b == infinity), infinity, length);
}

#else

LK_WIDENED_PAIR(hypot)

#endif
