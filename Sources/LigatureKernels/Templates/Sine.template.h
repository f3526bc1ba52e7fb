// sin and cos for every argument.
//
// x is reduced to the nearest multiple of π/2 and what is left, high + low, in twice the precision:
// near a multiple of π few digits of x are left. Errors measured as in Exponential.template.h:
//
//              float32   float64
//   sin, cos     0.51      0.8
//
// float32 is computed in double.

#if LK_DOUBLE

// π/2 in parts of 33 bits, so that their products with the number of quarter turns are exact.
#define HALF_PI_1 0x1.921fb544p+0
#define HALF_PI_2 0x1.0b4611a6p-34
#define HALF_PI_3 0x1.3198a2ep-69
#define HALF_PI_4 0x1.b839a252049c1p-104
/// Up to here the number of quarter turns has 20 bits.
#define NEAR_TURNS 0x1p20

/// a - b, and what its rounding took (Knuth's sum of two).
LK_INLINE V FN(difference)(V a, V b, V *error) {
  V sum = a - b, b_part = sum - a;
  *error = (a - (sum - b_part)) - (b + b_part);
  return sum;
}

/// One finite x beyond `NEAR_TURNS`: quarter turns modulo 4, and what is left (Payne and Hanek
/// 1983). Those bits of 2/π are taken whose products with x lie around the binary point.
static IT FN(reduce_far)(T x, T *high, T *low) {
  UT bits;
  memcpy(&bits, &x, sizeof(x));
  const uint64_t mantissa = (bits & (((UT)1 << 52) - 1)) | (UT)1 << 52;
  const unsigned position = (unsigned)(bits >> 52 & 2047) - 1075 + 62;
  const uint64_t *words = lk_two_over_pi + position / 64;
  const unsigned shift = position % 64;
  uint64_t window[3];
  for (int i = 0; i < 3; ++i) {
    window[i] = shift ? words[i] << shift | words[i + 1] >> (64 - shift) : words[i];
  }
  const unsigned __int128 third = (unsigned __int128)mantissa * window[2];
  const unsigned __int128 second = (unsigned __int128)mantissa * window[1] + (third >> 64);
  const uint64_t first = mantissa * window[0] + (uint64_t)(second >> 64);
  // Two bits of quarter turns, then their fraction, of which a half and more is one turn too few.
  UT quarter = first >> 62;
  unsigned __int128 fraction = (unsigned __int128)(first << 2 | (uint64_t)second >> 62) << 64 |
                               ((uint64_t)second << 2 | (uint64_t)third >> 62);
  const int is_above = fraction >> 127 != 0;
  quarter += is_above;
  if (is_above) fraction = -fraction;
  const uint64_t top = (uint64_t)(fraction >> 64);
  const int zeros = top ? __builtin_clzll(top) : 64 + __builtin_clzll((uint64_t)fraction | 1);
  fraction <<= zeros;
  const T unit = (T)1 / (T)((UT)1 << 53);
  T scale;
  const UT scale_bits = (UT)(1023 - zeros) << 52;
  memcpy(&scale, &scale_bits, sizeof(scale));
  const V a = FN(splat)((T)(uint64_t)(fraction >> 75) * unit * scale);
  const V b = FN(splat)((T)(uint64_t)(fraction >> 22 & (((UT)1 << 53) - 1)) * unit * unit * scale);
  const V half_pi = FN(splat)(0x1.921fb54442d18p+0), half_pi_low = FN(splat)(0x1.1a62633145c07p-54);
  const V product = a * half_pi;
  const V rest = FN(product_error)(a, half_pi, product) + FN(fma)(a, half_pi_low, b * half_pi);
  const T sign = (x < 0) != is_above ? -1 : 1;
  *high = sign * (product + rest)[0];
  *low = sign * (rest - ((product + rest) - product))[0];
  return (IT)(x < 0 ? -quarter : quarter);
}

/// The sine of x and `turns` quarter turns.
LK_INLINE V FN(sine)(V x, IT turns) {
  const V magic = FN(splat)(ROUNDING_MAGIC);
  V shifted = FN(fma)(x, FN(splat)(0x1.45f306dc9c883p-1), magic);
  V n = shifted - magic;
  IV quarter = (IV)((UV)shifted - (UV)magic);
  V error, second_error;
  V high = FN(difference)(x - n * FN(splat)(HALF_PI_1), n * FN(splat)(HALF_PI_2), &error);
  high = FN(difference)(high, n * FN(splat)(HALF_PI_3), &second_error);
  V rest = (error + second_error) - n * FN(splat)(HALF_PI_4);
  V sum = high + rest, low = rest - (sum - high);
  high = sum;
  const IV is_far = ~(FN(absolute)(x) <= FN(splat)(NEAR_TURNS));
  if (__builtin_reduce_or(is_far)) {
    for (int lane = 0; lane < LANES; ++lane) {
      if (!is_far[lane]) continue;
      T far_high = (T)NAN, far_low = 0;
      if (x[lane] - x[lane] == 0) quarter[lane] = FN(reduce_far)(x[lane], &far_high, &far_low);
      high[lane] = far_high;
      low[lane] = far_low;
    }
  }
  quarter += turns;
  V z = high * high, half = z * FN(splat)((T)0.5), rounded = 1 - half;
  V odd_part = FN(fma)(high * z, LK_POLYNOMIAL(z, lk_sine_radians_f64), low * rounded);
  V even_part = FN(fma)(z * z, LK_POLYNOMIAL(z, lk_cosine_radians_f64), -high * low);
  V value = FN(choose)((quarter & 1) != 0, rounded + (((1 - rounded) - half) + even_part),
                       high + odd_part);
  value = FN(choose)((quarter & 2) != 0, -value, value);
  return turns ? value : FN(choose)(x == 0, x, value);
}
LK_INLINE V FN(sin)(V x) { return FN(sine)(x, 0); }
LK_INLINE V FN(cos)(V x) { return FN(sine)(x, 1); }

#undef HALF_PI_1
#undef HALF_PI_2
#undef HALF_PI_3
#undef HALF_PI_4
#undef NEAR_TURNS

#else

typedef float half_vector_f32 __attribute__((ext_vector_type(LANES / 2)));

/// A function of half a vector in double.
#define LK_IN_DOUBLE(function, x) \
  __builtin_convertvector(function(__builtin_convertvector(x, vector_f64)), half_vector_f32)

LK_INLINE V FN(sin)(V x) {
  x.lo = LK_IN_DOUBLE(sin_f64, x.lo);
  x.hi = LK_IN_DOUBLE(sin_f64, x.hi);
  return x;
}
LK_INLINE V FN(cos)(V x) {
  x.lo = LK_IN_DOUBLE(cos_f64, x.lo);
  x.hi = LK_IN_DOUBLE(cos_f64, x.hi);
  return x;
}

#undef LK_IN_DOUBLE

#endif
