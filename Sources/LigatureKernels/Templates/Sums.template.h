// Sums, products and extremes of many numbers, in an order that depends on how many they are and on
// nothing else. Runs of 1024 are taken together: number i of a run goes to partial result i modulo
// PARTIALS, the same at every level; then partial results i and i + half are merged, for half of them,
// a quarter, and so on. Down to WIDE_VECTORS · LANES this is done within a run, whatever merges the runs; the
// last ones are lanes of one vector or of a few. Results that nothing went to leave the others as they
// are, so that a short sum need not touch them.

#define PARTIALS (256 / (int)sizeof(T))
/// Vectors that hold all partial results, and those left at the end of a run.
#define SUM_VECTORS (256 / LK_VECTOR_BYTES)
#define WIDE_VECTORS (64 / LK_VECTOR_BYTES)

enum { FN(run_length) = 1024 };

typedef struct FN(wide) {
  V part[WIDE_VECTORS];
} FN(wide);

LK_INLINE V FN(reduction_identity)(LKReduction op) {
  switch (op) {
    case LK_PRODUCT_OF: return FN(splat)(1);
    case LK_MAX_OF: return FN(splat)(-(T)INFINITY);
    case LK_MIN_OF: return FN(splat)((T)INFINITY);
    default: return FN(splat)(0);
  }
}
LK_INLINE V FN(merge)(LKReduction op, V a, V b) {
  switch (op) {
    case LK_PRODUCT_OF: return a * b;
    case LK_MAX_OF: return FN(choose)((b > a) | (b != b), b, a);
    case LK_MIN_OF: return FN(choose)((b < a) | (b != b), b, a);
    default: return a + b;
  }
}
LK_INLINE V FN(absorb)(LKReduction op, V sum, V x) {
  return op == LK_SUM_OF_SQUARES ? FN(fma)(x, x, sum) : FN(merge)(op, sum, x);
}

LK_INLINE IV FN(lane_numbers)(void) {
  IV lanes;
#pragma clang loop unroll(full)
  for (int lane = 0; lane < LANES; ++lane) lanes[lane] = lane;
  return lanes;
}
/// v with everything from lane `left` on replaced.
LK_INLINE V FN(keep_lanes)(V v, size_t left, V otherwise) {
  return left >= LANES ? v : FN(choose)(FN(lane_numbers)() < (IV)((IT)left), v, otherwise);
}

LK_INLINE T FN(merge_lanes)(LKReduction op, V v) {
#pragma clang loop unroll(full)
  for (int half = LANES / 2; half; half /= 2) {
    V upper = v;
#pragma clang loop unroll(full)
    for (int lane = 0; lane < half; ++lane) upper[lane] = v[lane + half];
    v = FN(merge)(op, v, upper);
  }
  return v[0];
}
LK_INLINE T FN(merge_wide)(LKReduction op, FN(wide) wide) {
#pragma clang loop unroll(full)
  for (int half = WIDE_VECTORS / 2; half; half /= 2) {
#pragma clang loop unroll(full)
    for (int j = 0; j < half; ++j) {
      wide.part[j] = FN(merge)(op, wide.part[j], wide.part[j + half]);
    }
  }
  return FN(merge_lanes)(op, wide.part[0]);
}
LK_INLINE FN(wide) FN(merge_runs)(LKReduction op, FN(wide) a, FN(wide) b) {
#pragma clang loop unroll(full)
  for (int j = 0; j < WIDE_VECTORS; ++j) a.part[j] = FN(merge)(op, a.part[j], b.part[j]);
  return a;
}
/// What is left of a sum, added up in double.
LK_INLINE double FN(total_in_double)(FN(wide) wide) {
  double lanes[WIDE_VECTORS * LANES];
#pragma clang loop unroll(full)
  for (int i = 0; i < WIDE_VECTORS * LANES; ++i) lanes[i] = (double)wide.part[i / LANES][i % LANES];
#pragma clang loop unroll(full)
  for (int half = WIDE_VECTORS * LANES / 2; half; half /= 2) {
#pragma clang loop unroll(full)
    for (int i = 0; i < half; ++i) lanes[i] += lanes[i + half];
  }
  return lanes[0];
}

/// The end of a run.
LK_INLINE FN(wide) FN(narrow)(LKReduction op, V sums[SUM_VECTORS]) {
  FN(wide) wide;
#pragma clang loop unroll(full)
  for (int half = SUM_VECTORS / 2; half >= WIDE_VECTORS; half /= 2) {
#pragma clang loop unroll(full)
    for (int j = 0; j < half; ++j) sums[j] = FN(merge)(op, sums[j], sums[j + half]);
  }
#pragma clang loop unroll(full)
  for (int j = 0; j < WIDE_VECTORS; ++j) wide.part[j] = sums[j];
  return wide;
}

/// The same for the first `count` of them, the others being zero.
LK_INLINE FN(wide) FN(narrow_some)(V sums[SUM_VECTORS], int count) {
  FN(wide) wide;
  for (int half = SUM_VECTORS / 2; half >= WIDE_VECTORS; half /= 2) {
    for (int j = 0; j + half < count; ++j) sums[j] += sums[j + half];
    if (count > half) count = half;
  }
#pragma clang loop unroll(full)
  for (int j = 0; j < WIDE_VECTORS; ++j) wide.part[j] = j < count ? sums[j] : FN(splat)(0);
  return wide;
}

/// Runs the statements for a run of at most `run_length` numbers from `from` to before `to`: for every
/// vector, `i` is the index of its first element, `left` how many of its lanes exist, and `partial`
/// its partial sums. They are in memory, which statements of many instructions hide.
#define LK_RUN(wide, from, to, ...)                                                \
  do {                                                                             \
    V sums[SUM_VECTORS];                                                                  \
    const size_t length = (to) - (from), vectors = (length + LANES - 1) / LANES;   \
    const int count = vectors < SUM_VECTORS ? (int)vectors : SUM_VECTORS;                        \
    for (int j = 0; j < count; ++j) sums[j] = FN(splat)(0);                        \
    size_t i = (from);                                                             \
    int place = 0;                                                                 \
    for (; i + LANES <= (to); i += LANES, place = (place + 1) % SUM_VECTORS) {            \
      const size_t left = LANES;                                                   \
      V *partial = &sums[place];                                                   \
      __VA_ARGS__                                                                  \
    }                                                                              \
    if (i < (to)) {                                                                \
      const size_t left = (to) - i;                                                \
      V *partial = &sums[place];                                                   \
      __VA_ARGS__                                                                  \
    }                                                                              \
    wide = FN(narrow_some)(sums, count);                                           \
  } while (0)
