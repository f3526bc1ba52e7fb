// Random numbers from Philox blocks. Element i is made from its own words of its own block by lane
// operations only, so it does not matter where a caller begins.

enum {
  FN(per_block) = 16 / sizeof(T),                 // numbers per block of 128 bits
  FN(batch) = FN(per_block) * PHILOX_BLOCKS,      // numbers made at once: four vectors
  FN(random_bits) = LK_DOUBLE ? 53 : 24,
  FN(word_bits) = sizeof(T) * 8,
};

/// Uniform in [0, 1), multiples of 2^-random_bits.
LK_INLINE V FN(unit)(UV bits) {
  UV kept = bits >> (UT)(FN(word_bits) - FN(random_bits));
  const T unit = (T)(1.0 / (double)((uint64_t)1 << FN(random_bits)));
  return __builtin_convertvector((IV)kept, V) * FN(splat)(unit);
}

/// sin and cos of 2πu for u in [0, 1): the nearest quarter turn and a polynomial for the rest.
LK_INLINE void FN(circle)(V u, V *sine, V *cosine) {
  const V magic = FN(splat)(ROUNDING_MAGIC);
  V shifted = 4 * u + magic;
  IV quarter = (IV)((UV)shifted - (UV)magic);
  V r = u - (shifted - magic) * FN(splat)((T)0.25);
  V square = r * r;
#if LK_DOUBLE
  V s = r * LK_POLYNOMIAL(square, lk_sine_f64), c = LK_POLYNOMIAL(square, lk_cosine_f64);
#else
  V s = r * LK_POLYNOMIAL(square, lk_sine_f32), c = LK_POLYNOMIAL(square, lk_cosine_f32);
#endif
  IV odd = (quarter & 1) != 0;
  V sine_size = FN(choose)(odd, c, s), cosine_size = FN(choose)(odd, s, c);
  *sine = FN(choose)((quarter & 2) != 0, -sine_size, sine_size);
  *cosine = FN(choose)(((quarter + 1) & 2) != 0, -cosine_size, cosine_size);
}

/// Box and Muller (1958) on adjacent numbers: the first gives the radius, the second the angle.
LK_INLINE void FN(normal_pair)(UV first, UV second, V *low, V *high) {
  UV radius_bits = (UV)FN(even_lanes)((V)first, (V)second);
  V angle = FN(unit)((UV)FN(odd_lanes)((V)first, (V)second));
#if LK_DOUBLE
  V u = (__builtin_convertvector((IV)(radius_bits >> 11), V) + 0.5) * 0x1p-53;
#else
  // All 32 bits, for the sake of the tails.
  V u = (__builtin_convertvector(radius_bits, V) + 0.5f) * 0x1p-32f;
#endif
  V radius = __builtin_elementwise_sqrt(-2 * FN(log)(u));
  V sine, cosine;
  FN(circle)(angle, &sine, &cosine);
  *low = FN(interleave_low)(radius * cosine, radius * sine);
  *high = FN(interleave_high)(radius * cosine, radius * sine);
}

/// What becomes of a batch of random bits.
typedef struct FN(draw) {
  enum { FN(draw_uniform), FN(draw_normal), FN(draw_mask) } kind;
  V shift, scale;  // low and width, mean and deviation
  V highest;       // the largest number below `high`
  UV threshold;
  int keep_all;
} FN(draw);

LK_INLINE void FN(make_batch)(const FN(draw) * draw, const UV bits[4], T *out) {
  V values[4];
  switch (draw->kind) {
    case FN(draw_uniform):
#pragma clang loop unroll(full)
      for (int j = 0; j < 4; ++j) {
        // Rounded twice, so that a level without fused multiply-add gives the same numbers.
        V value = draw->shift + FN(unit)(bits[j]) * draw->scale;
        values[j] = FN(choose)(value > draw->highest, draw->highest, value);
      }
      break;
    case FN(draw_normal):
      FN(normal_pair)(bits[0], bits[1], &values[0], &values[1]);
      FN(normal_pair)(bits[2], bits[3], &values[2], &values[3]);
#pragma clang loop unroll(full)
      for (int j = 0; j < 4; ++j) values[j] = draw->shift + values[j] * draw->scale;
      break;
    case FN(draw_mask):
#pragma clang loop unroll(full)
      for (int j = 0; j < 4; ++j) {
        V kept = FN(choose)((IV)(bits[j] < draw->threshold), draw->scale, FN(splat)(0));
        values[j] = draw->keep_all ? draw->scale : kept;
      }
      break;
  }
#pragma clang loop unroll(full)
  for (int j = 0; j < 4; ++j) FN(store)(out + j * LANES, values[j]);
}

static void FN(random)(const FN(draw) * draw, uint64_t key, uint64_t stream, uint64_t first,
                       size_t n, T *out) {
  uint64_t block = first / FN(per_block);
  size_t skip = (size_t)(first % FN(per_block));
  while (n) {
    UV bits[4];
    uint32_t words[4 * PHILOX_BLOCKS];
    _Alignas(64) T values[FN(batch)];
    philox_blocks(key, stream, block, words);
    memcpy(bits, words, sizeof(bits));
    size_t count = FN(batch) - skip;
    if (count > n) count = n;
    if (count == FN(batch)) {
      FN(make_batch)(draw, bits, out);
    } else {
      FN(make_batch)(draw, bits, values);
      memcpy(out, values + skip, count * sizeof(T));
    }
    out += count;
    n -= count;
    block += PHILOX_BLOCKS;
    skip = 0;
  }
}

static void FN(random_uniform)(uint64_t key, uint64_t stream, uint64_t first, size_t n, double low,
                               double high, void *out) {
  const T highest = LK_DOUBLE ? (T)nextafter((double)(T)high, -INFINITY)
                              : (T)nextafterf((float)high, -INFINITY);
  FN(draw) draw = {.kind = FN(draw_uniform),
                   .shift = FN(splat)((T)low),
                   .scale = FN(splat)((T)(high - low)),
                   .highest = FN(splat)(highest < (T)low ? (T)low : highest)};
  FN(random)(&draw, key, stream, first, n, out);
}

static void FN(random_normal)(uint64_t key, uint64_t stream, uint64_t first, size_t n, double mean,
                              double deviation, void *out) {
  FN(draw) draw = {.kind = FN(draw_normal),
                   .shift = FN(splat)((T)mean),
                   .scale = FN(splat)((T)deviation)};
  FN(random)(&draw, key, stream, first, n, out);
}

static void FN(random_mask)(uint64_t key, uint64_t stream, uint64_t first, size_t n, double keep,
                            double value, void *out) {
  FN(draw) draw = {.kind = FN(draw_mask), .scale = FN(splat)((T)value), .keep_all = keep >= 1};
  if (keep > 0 && keep < 1) draw.threshold = (UV)((UT)ldexp(keep, FN(word_bits)));
  FN(random)(&draw, key, stream, first, n, out);
}

static void FN(random_block)(uint64_t key, uint64_t stream, uint64_t index, uint32_t out[4]) {
  philox_one(key, stream, index, out);
}
