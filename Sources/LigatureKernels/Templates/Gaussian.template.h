// The normal distribution function Φ and with it GELU, x Φ(x), in the exact form (Hendrycks and
// Gimpel 2016).
//
// Φ(-t) = exp(-t²/2) G(u) / (1 + √2 t), G smooth on u = (t - a) / (t + a) in [-1, 1): relative
// accuracy far into the tail, where 1 + erf cancels. Near 0 a series is sharper. Errors measured as
// in Exponential.template.h: GELU within 2.3 ulp above -3/4, within 4.6 (float32) and 5 (float64)
// below.

#if LK_DOUBLE
#define TAIL_CENTER 5.5
#define TAIL_END 40.0
#define TAIL_POLYNOMIAL lk_tail_f64
#define CENTER_POLYNOMIAL lk_center_f64
#else
#define TAIL_CENTER 3.5f
#define TAIL_END 15.0f
#define TAIL_POLYNOMIAL lk_tail_f32
#define CENTER_POLYNOMIAL lk_center_f32
#endif

/// exp(-t²/2) for 0 <= t; its relative error would be t²/2 times as large if the square were
/// simply rounded.
LK_INLINE V FN(bell)(V t) {
  const V half = FN(splat)((T)0.5);
  t = FN(choose)(t > FN(splat)(TAIL_END), FN(splat)(TAIL_END), t);
  V square = t * t;
  return FN(exp_sum)(-half * square, -half * FN(product_error)(t, t, square));
}

/// factor · Φ(-t) for 0 <= t, given exp(-t²/2), which is multiplied last: it may underflow.
LK_INLINE V FN(tail)(V factor, V t, V bell) {
  V limited = FN(choose)(t > FN(splat)(TAIL_END), FN(splat)(TAIL_END), t);
  V u = (limited - FN(splat)(TAIL_CENTER)) / (limited + FN(splat)(TAIL_CENTER));
  V ratio = LK_POLYNOMIAL(u, TAIL_POLYNOMIAL) /
            FN(fma)(limited, FN(splat)((T)M_SQRT2), FN(splat)(1));
  // Near 0 the tail is almost 1/2, and the difference a short series.
  V near = FN(fma)(-t, LK_POLYNOMIAL(t * t, CENTER_POLYNOMIAL), FN(splat)((T)0.5));
  return FN(choose)(t < FN(splat)((T)0.75), factor * near, factor * ratio * bell);
}

LK_INLINE V FN(gelu)(V x) {
  V t = FN(absolute)(x);
  V result = FN(positive_part)(x) - FN(tail)(t, t, FN(bell)(t));
  // An infinite x times a tail that underflowed.
  return FN(choose)(t == FN(splat)((T)INFINITY), FN(positive_part)(x), result);
}

/// Φ(x) + x φ(x).
LK_INLINE V FN(gelu_slope)(V x) {
  V t = FN(absolute)(x);
  V bell = FN(bell)(t);
  V tail = FN(tail)(FN(splat)(1), t, bell);
  V below = FN(choose)(x > 0, 1 - tail, tail);
  V bounded = FN(choose)(t > FN(splat)(TAIL_END), FN(splat)(0), x);
  return FN(fma)(bounded * bell, FN(splat)((T)(M_2_SQRTPI * M_SQRT1_2 * 0.5)), below);
}

#undef TAIL_CENTER
#undef TAIL_END
#undef TAIL_POLYNOMIAL
#undef CENTER_POLYNOMIAL
