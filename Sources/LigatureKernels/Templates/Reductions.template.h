// Reductions over the middle of [outer, n, inner]. Runs of fixed length are summed in vectors and
// then pairwise, so that the error grows with log n and the order depends on the sizes only.

/// Rows summed before their sums are merged pairwise, where `inner` is not 1.
enum { FN(run_rows) = 64 };

LK_INLINE V FN(absorb_part)(LKReduction op, V sum, const T *x, size_t left) {
  return FN(absorb)(op, sum, FN(keep_lanes)(FN(take)(x, left), left, FN(reduction_identity)(op)));
}

LK_INLINE FN(wide) FN(reduce_run)(LKReduction op, size_t n, const T *x) {
  const V identity = FN(reduction_identity)(op);
  if (n <= LANES) {
    FN(wide) wide;
    for (int j = 0; j < WIDE_VECTORS; ++j) wide.part[j] = identity;
    wide.part[0] = FN(absorb_part)(op, identity, x, n);
    return wide;
  }
  V sums[SUM_VECTORS];
#pragma clang loop unroll(full)
  for (int j = 0; j < SUM_VECTORS; ++j) sums[j] = identity;
  size_t i = 0;
  for (; i + PARTIALS <= n; i += PARTIALS) {
#pragma clang loop unroll(full)
    for (int j = 0; j < SUM_VECTORS; ++j) sums[j] = FN(absorb)(op, sums[j], FN(load)(x + i + j * LANES));
  }
  if (i == n) return FN(narrow)(op, sums);
  // A copy, whose places may be looked up, leaves the others in registers.
  V rest[SUM_VECTORS];
#pragma clang loop unroll(full)
  for (int j = 0; j < SUM_VECTORS; ++j) rest[j] = sums[j];
  for (int j = 0; i < n; ++j, i += LANES) {
    rest[j] = FN(absorb_part)(op, rest[j], x + i, n - i);
  }
  return FN(narrow)(op, rest);
}

LK_INLINE void FN(reduce_rows)(LKReduction op, int vectors, size_t left, size_t n, size_t inner,
                               const T *x, V *sum) {
  for (int j = 0; j < vectors; ++j) sum[j] = FN(reduction_identity)(op);
  for (size_t row = 0; row < n; ++row, x += inner) {
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; ++j) {
      sum[j] = FN(absorb)(op, sum[j], FN(take)(x + j * LANES, left));
    }
  }
}

/// Of n pieces more than `length`: how many the first half takes, whole runs of them.
LK_INLINE size_t FN(first_half)(size_t n, size_t length) {
  return (n / 2 + length - 1) / length * length;
}

#define LK_DEFINE_REDUCTION(name, op)                                                           \
  static FN(wide) FN(run_##name)(size_t n, const T *x) {                                        \
    if (n <= FN(run_length)) return FN(reduce_run)(op, n, x);                                   \
    size_t half = FN(first_half)(n, FN(run_length));                                            \
    FN(wide) first = FN(run_##name)(half, x);                                                   \
    return FN(merge_runs)(op, first, FN(run_##name)(n - half, x + half));                       \
  }                                                                                             \
  LK_INLINE T FN(whole_##name)(size_t n, const T *x) {                                          \
    return FN(merge_wide)(op, FN(run_##name)(n, x));                                            \
  }                                                                                             \
  /* Columns of `vectors` adjacent vectors, or of `left` scalars of one. */                     \
  static void FN(rows_##name)(int vectors, size_t left, size_t n, size_t inner, const T *x,     \
                              V *sum) {                                                         \
    if (n <= FN(run_rows)) {                                                                    \
      if (vectors == 4) FN(reduce_rows)(op, 4, LANES, n, inner, x, sum);                        \
      else FN(reduce_rows)(op, 1, left, n, inner, x, sum);                                      \
      return;                                                                                   \
    }                                                                                           \
    size_t half = FN(first_half)(n, FN(run_rows));                                              \
    V second[4];                                                                                \
    FN(rows_##name)(vectors, left, half, inner, x, sum);                                        \
    FN(rows_##name)(vectors, left, n - half, inner, x + half * inner, second);                  \
    for (int j = 0; j < vectors; ++j) sum[j] = FN(merge)(op, sum[j], second[j]);                \
  }                                                                                             \
  static void FN(reduce_##name)(size_t outer, size_t n, size_t inner, const void *input,        \
                                void *output, int accumulate) {                                 \
    const T *x = input;                                                                         \
    T *out = output;                                                                            \
    if (inner == 1) {                                                                           \
      for (size_t i = 0; i < outer; ++i) {                                                      \
        T value = FN(whole_##name)(n, x + i * n);                                               \
        out[i] = accumulate ? out[i] + value : value;                                           \
      }                                                                                         \
      return;                                                                                   \
    }                                                                                           \
    for (size_t i = 0; i < outer; ++i, x += n * inner, out += inner) {                          \
      V sum[4];                                                                                 \
      for (size_t column = 0; column < inner;) {                                                \
        size_t left = inner - column;                                                           \
        int vectors = left >= 4 * LANES ? 4 : 1;                                                \
        FN(rows_##name)(vectors, left, n, inner, x + column, sum);                              \
        for (int j = 0; j < vectors; ++j, column += LANES) {                                    \
          FN(put_or_add)(out + column, sum[j], left, accumulate);                               \
        }                                                                                       \
      }                                                                                         \
    }                                                                                           \
  }

LK_DEFINE_REDUCTION(sum, LK_SUM)
LK_DEFINE_REDUCTION(sum_of_squares, LK_SUM_OF_SQUARES)
LK_DEFINE_REDUCTION(product, LK_PRODUCT_OF)
LK_DEFINE_REDUCTION(max, LK_MAX_OF)
LK_DEFINE_REDUCTION(min, LK_MIN_OF)

#undef LK_DEFINE_REDUCTION

static void FN(arg_extreme)(int smallest, size_t outer, size_t n, size_t inner, const void *input,
                            int64_t *out) {
  const T *x = input;
  for (size_t o = 0; o < outer; ++o, x += n * inner, out += inner) {
    if (inner == 1) {
      T best = smallest ? FN(whole_min)(n, x) : FN(whole_max)(n, x);
      int64_t at = 0;
      while (best == best ? x[at] != best : x[at] == x[at]) ++at;
      *out = at;
      continue;
    }
    for (size_t column = 0; column < inner; ++column) out[column] = 0;
    for (size_t row = 1; row < n; ++row) {
      const T *candidate = x + row * inner;
      for (size_t column = 0; column < inner; ++column) {
        T value = candidate[column], best = x[(size_t)out[column] * inner + column];
        int better = smallest ? value < best : value > best;
        if (best == best && (better || value != value)) out[column] = (int64_t)row;
      }
    }
  }
}

static double FN(dot_adjacent)(size_t n, const T *a, const T *b) {
  if (n > FN(run_length)) {
    size_t half = FN(first_half)(n, FN(run_length));
    double first = FN(dot_adjacent)(half, a, b);
    return first + FN(dot_adjacent)(n - half, a + half, b + half);
  }
  V sums[SUM_VECTORS] = {0}, rest[SUM_VECTORS];
  size_t i = 0;
  for (; i + PARTIALS <= n; i += PARTIALS) {
#pragma clang loop unroll(full)
    for (int j = 0; j < SUM_VECTORS; ++j) {
      size_t at = i + (size_t)j * LANES;
      sums[j] = FN(fma)(FN(load)(a + at), FN(load)(b + at), sums[j]);
    }
  }
  if (i == n) return FN(total_in_double)(FN(narrow)(LK_SUM, sums));
#pragma clang loop unroll(full)
  for (int j = 0; j < SUM_VECTORS; ++j) rest[j] = sums[j];
  for (int j = 0; i < n; ++j, i += LANES) {
    rest[j] = FN(fma)(FN(take)(a + i, n - i), FN(take)(b + i, n - i), rest[j]);
  }
  return FN(total_in_double)(FN(narrow)(LK_SUM, rest));
}
static double FN(dot)(size_t n, const void *a, const void *b) { return FN(dot_adjacent)(n, a, b); }

static int FN(all_finite)(size_t n, const void *input) {
  const T *x = input;
  // x - x is 0 for finite x and NaN otherwise; a look at the sum every few thousand elements.
  while (n) {
    size_t piece = n < 4096 ? n : 4096;
    V sum = FN(splat)(0);
    LK_EACH_VECTOR(piece, {
      V value = FN(take)(x + i, left);
      sum += value - value;
    });
    if (FN(merge_lanes)(LK_SUM, sum) != 0) return 0;
    x += piece;
    n -= piece;
  }
  return 1;
}
