// tan, and the inverses of the trigonometric functions. Errors measured as in Exponential.template.h:
//
//                float32   float64
//   tan            0.51      2.3
//   asin           0.51      2.7
//   acos           0.51      2.4
//   atan           0.51      1.8
//   atan2          0.51      2.1
//
// float32 is computed in double.

#if LK_DOUBLE

#define HALF_PI_HIGH 0x1.921fb54442d18p+0
#define HALF_PI_LOW 0x1.1a62633145c07p-54

LK_INLINE V FN(tan)(V x) { return FN(sin)(x) / FN(cos)(x); }

/// atan(t) for t >= 0. Up to tan(π/8) by a series, beyond it π/4 plus that of (t - 1) / (t + 1), and
/// beyond tan(3π/8) π/2 minus that of 1 / t.
LK_INLINE V FN(arc)(V t) {
  const V zero = FN(splat)(0), one = FN(splat)(1);
  const IV is_middle = t > FN(splat)(0x1.a827999fcef32p-2);
  const IV is_far = t > FN(splat)(0x1.3504f333f9de6p+1);
  V above = FN(choose)(is_far, -one, FN(choose)(is_middle, t - 1, t));
  V below = FN(choose)(is_far, t, FN(choose)(is_middle, t + 1, one));
  V r = above / below, z = r * r;
  V share = FN(choose)(is_far, one, FN(choose)(is_middle, FN(splat)((T)0.5), zero));
  V low = FN(fma)(r * z, LK_POLYNOMIAL(z, lk_atan_f64), share * FN(splat)(HALF_PI_LOW));
  return share * FN(splat)(HALF_PI_HIGH) + (r + low);
}
LK_INLINE V FN(atan)(V x) { return FN(with_sign_of)(FN(arc)(FN(absolute)(x)), x); }

LK_INLINE V FN(asin)(V x) {
  const V t = FN(absolute)(x);
  return FN(with_sign_of)(FN(arc)(t / __builtin_elementwise_sqrt((1 - t) * (1 + t))), x);
}
/// By half the angle, which is accurate at both ends.
LK_INLINE V FN(acos)(V x) { return 2 * FN(arc)(__builtin_elementwise_sqrt((1 - x) / (1 + x))); }

LK_INLINE V FN(atan2)(V y, V x) {
  const V infinity = FN(splat)((T)INFINITY);
  const V height = FN(absolute)(y), width = FN(absolute)(x);
  V slope = height / width;
  slope = FN(choose)((height == 0) & (width == 0), FN(splat)(0), slope);
  slope = FN(choose)((height == infinity) & (width == infinity), FN(splat)(1), slope);
  V angle = FN(arc)(slope);
  V turned = FN(splat)(2 * HALF_PI_HIGH) - (angle - FN(splat)(2 * HALF_PI_LOW));
  angle = FN(choose)((IV)x < 0, turned, angle);
  return FN(choose)((x != x) | (y != y), x + y, FN(with_sign_of)(angle, y));
}

#undef HALF_PI_HIGH
#undef HALF_PI_LOW

#else

LK_WIDENED(tan)
LK_WIDENED(asin)
LK_WIDENED(acos)
LK_WIDENED(atan)
LK_WIDENED_PAIR(atan2)

#endif
