// Normalisation of channels: of [places, channels], with statistics over all places and over `depth`
// neighbouring channels. A sum over places is made of sums over chunks of them, and within a chunk of
// four sums of every fourth place, so that its bits depend on the sizes alone.

/// The sum over the places of an expression in `i`, `left` and `at`, the first element of a place, for
/// one vector of channels.
#define LK_PLACE_SUM(result, places, expression)                                            \
  do {                                                                                      \
    V sums[4] = {0};                                                                        \
    size_t at = 0, place = 0;                                                               \
    for (; place + 4 <= (places); place += 4) {                                             \
      _Pragma("clang loop unroll(full)")                                                    \
      for (int part = 0; part < 4; ++part, at += channels) sums[part] += (expression);      \
    }                                                                                       \
    for (int part = 0; place < (places); ++place, ++part, at += channels) {                 \
      sums[part] += (expression);                                                           \
    }                                                                                       \
    result = (sums[0] + sums[2]) + (sums[1] + sums[3]);                                     \
  } while (0)

static void FN(channel_moments)(size_t places, size_t channels, const void *input, void *out) {
  const T *x = input;
  T *means = out, *squares = means + channels;
  LK_EACH_VECTOR(channels, {
    V sum, square;
    LK_PLACE_SUM(sum, places, FN(take)(x + at + i, left));
    const V mean = sum / (T)places;
    LK_PLACE_SUM(square, places,
                 (FN(take)(x + at + i, left) - mean) * (FN(take)(x + at + i, left) - mean));
    FN(put)(means + i, mean, left);
    FN(put)(squares + i, square, left);
  });
}

// Chunks are merged in double, eight channels at a time on every level. Those of a group are added up
// in halves at its end; groups of one channel are merged side by side.

typedef struct FN(eight) {
  double lane[8];
} FN(eight);

#define LK_EIGHT(...)                        \
  do {                                       \
    _Pragma("clang loop unroll(full)")       \
    for (int i = 0; i < 8; ++i) __VA_ARGS__; \
  } while (0)

/// The first `left` of eight scalars, and zeros.
LK_INLINE FN(eight) FN(take_eight)(const T *p, size_t left) {
  FN(eight) v;
  if (left >= 8) LK_EIGHT(v.lane[i] = (double)p[i]);
  else LK_EIGHT(v.lane[i] = (size_t)i < left ? (double)p[i] : 0);
  return v;
}
LK_INLINE void FN(put_eight)(T *p, FN(eight) v, size_t left) {
  if (left >= 8) LK_EIGHT(p[i] = (T)v.lane[i]);
  else for (size_t i = 0; i < left; ++i) p[i] = (T)v.lane[i];
}
LK_INLINE FN(eight) FN(eight_of)(double value) {
  FN(eight) v;
  LK_EIGHT(v.lane[i] = value);
  return v;
}
LK_INLINE double FN(sum_of_eight)(FN(eight) v) {
  for (int half = 4; half; half /= 2) {
    for (int i = 0; i < half; ++i) v.lane[i] += v.lane[i + half];
  }
  return v.lane[0];
}

/// Runs the statements for eight channels at a time of `count` from `first` on: `c` is the first of them,
/// `left` how many there are.
#define LK_EACH_EIGHT(first, count, ...)                                         \
  for (size_t c = (first), end = c + (count); c < end; c += 8) {                 \
    const size_t left = end - c;                                                 \
    __VA_ARGS__                                                                  \
  }

/// Adds, for eight channels, the sums over all chunks of the means times their places. `moments` are
/// those of the first chunk, from the first of the channels on.
LK_INLINE void FN(add_sums)(size_t places, size_t chunk, size_t channels, const T *moments,
                            size_t left, FN(eight) * sums) {
  for (size_t place = 0; place < places; place += chunk, moments += 2 * channels) {
    const double size = (double)(places - place < chunk ? places - place : chunk);
    const FN(eight) mean = FN(take_eight)(moments, left);
    LK_EIGHT(sums->lane[i] += size * mean.lane[i]);
  }
}
/// The same for the squares of what lies away from a mean.
LK_INLINE void FN(add_squares)(size_t places, size_t chunk, size_t channels, const T *moments,
                               size_t left, FN(eight) around, FN(eight) * sums) {
  for (size_t place = 0; place < places; place += chunk, moments += 2 * channels) {
    const double size = (double)(places - place < chunk ? places - place : chunk);
    const FN(eight) mean = FN(take_eight)(moments, left);
    const FN(eight) square = FN(take_eight)(moments + channels, left);
    LK_EIGHT({
      const double away = (size_t)i < left ? mean.lane[i] - around.lane[i] : 0;
      sums->lane[i] += square.lane[i] + size * (away * away);
    });
  }
}

static void FN(merge_moments)(size_t places, size_t chunk, size_t groups, size_t depth,
                              const void *input, void *out) {
  const T *moments = input;
  const size_t channels = groups * depth, width = depth > 1 ? depth : channels;
  T *means = out, *variances = means + channels;
  const double count = (double)places * (double)depth;
  for (size_t first = 0; first < channels; first += width) {
    FN(eight) mean = FN(eight_of)(0), variance = mean;
    if (depth > 1) {
      LK_EACH_EIGHT(first, depth, {
        FN(add_sums)(places, chunk, channels, moments + c, left, &mean);
      })
      mean = FN(eight_of)(FN(sum_of_eight)(mean) / count);
      LK_EACH_EIGHT(first, depth, {
        FN(add_squares)(places, chunk, channels, moments + c, left, mean, &variance);
      })
      variance = FN(eight_of)(FN(sum_of_eight)(variance) / count);
    }
    LK_EACH_EIGHT(first, width, {
      if (depth == 1) {
        mean = variance = FN(eight_of)(0);
        FN(add_sums)(places, chunk, channels, moments + c, left, &mean);
        LK_EIGHT(mean.lane[i] /= count);
        FN(add_squares)(places, chunk, channels, moments + c, left, mean, &variance);
        LK_EIGHT(variance.lane[i] /= count);
      }
      FN(put_eight)(means + c, mean, left);
      FN(put_eight)(variances + c, variance, left);
    })
  }
}

/// 1 / sqrt(variance + epsilon) of a vector of channels.
LK_INLINE V FN(inverse_deviation)(const T *variances, double epsilon, size_t left) {
  return FN(splat)(1) / __builtin_elementwise_sqrt(FN(take)(variances, left) + (T)epsilon);
}

static void FN(normalize_channels)(size_t places, size_t channels, double epsilon,
                                   const void *input, const void *statistics, const void *scales,
                                   const void *offsets, void *output) {
  const T *x = input, *means = statistics, *variances = means + channels;
  T *y = output;
  LK_EACH_VECTOR(channels, {
    const V mean = FN(take)(means + i, left);
    V slope = FN(inverse_deviation)(variances + i, epsilon, left);
    if (scales) slope *= FN(take)((const T *)scales + i, left);
    const V offset = offsets ? FN(take)((const T *)offsets + i, left) : FN(splat)(0);
    size_t at = i;
    for (size_t place = 0; place < places; ++place, at += channels) {
      FN(put)(y + at, FN(fma)(FN(take)(x + at, left) - mean, slope, offset), left);
    }
  });
}

static void FN(channel_slopes)(size_t places, size_t channels, const void *input,
                               const void *upstream, const void *statistics, void *out) {
  const T *x = input, *dy = upstream, *means = statistics;
  T *sums = out, *products = sums + channels;
  LK_EACH_VECTOR(channels, {
    const V mean = FN(take)(means + i, left);
    V sum, product;
    LK_PLACE_SUM(sum, places, FN(take)(dy + at + i, left));
    LK_PLACE_SUM(product, places,
                 FN(take)(dy + at + i, left) * (FN(take)(x + at + i, left) - mean));
    FN(put)(sums + i, sum, left);
    FN(put)(products + i, product, left);
  });
}

static void FN(merge_slopes)(size_t places, size_t chunk, size_t groups, size_t depth,
                             double epsilon, const void *input, const void *statistics,
                             const void *scales, void *slopes_output, void *parameters_output) {
  const T *parts = input, *scale = scales;
  const size_t channels = groups * depth, width = depth > 1 ? depth : channels;
  const T *variances = (const T *)statistics + channels;
  T *slopes = slopes_output, *parameters = parameters_output;
  const double count = (double)places * (double)depth;
  for (size_t first = 0; first < channels; first += width) {
    FN(eight) level = FN(eight_of)(0), slope = level;
    LK_EACH_EIGHT(first, width, {
      FN(eight) sum = FN(eight_of)(0), product = sum, inverse = FN(take_eight)(variances + c, left);
      const T *part = parts + c;
      for (size_t place = 0; place < places; place += chunk, part += 2 * channels) {
        const FN(eight) more = FN(take_eight)(part, left);
        const FN(eight) along = FN(take_eight)(part + channels, left);
        LK_EIGHT(sum.lane[i] += more.lane[i]);
        LK_EIGHT(product.lane[i] += along.lane[i]);
      }
      LK_EIGHT(inverse.lane[i] =
                   (size_t)i < left ? 1 / sqrt((double)((T)inverse.lane[i] + (T)epsilon)) : 0);
      LK_EIGHT(product.lane[i] *= inverse.lane[i]);
      FN(put_eight)(parameters + c, product, left);
      FN(put_eight)(parameters + channels + c, sum, left);
      const FN(eight) factor = scale ? FN(take_eight)(scale + c, left) : FN(eight_of)(1);
      LK_EIGHT(sum.lane[i] = -inverse.lane[i] * (factor.lane[i] * sum.lane[i] / count));
      LK_EIGHT(product.lane[i] = -inverse.lane[i] * inverse.lane[i] *
                                 (factor.lane[i] * product.lane[i] / count));
      if (depth == 1) {
        FN(put_eight)(slopes + c, sum, left);
        FN(put_eight)(slopes + channels + c, product, left);
      } else {
        LK_EIGHT(level.lane[i] += sum.lane[i]);
        LK_EIGHT(slope.lane[i] += product.lane[i]);
      }
    })
    if (depth == 1) continue;
    level = FN(eight_of)(FN(sum_of_eight)(level));
    slope = FN(eight_of)(FN(sum_of_eight)(slope));
    LK_EACH_EIGHT(first, depth, {
      FN(put_eight)(slopes + c, level, left);
      FN(put_eight)(slopes + channels + c, slope, left);
    })
  }
}

#undef LK_EIGHT
#undef LK_EACH_EIGHT

static void FN(normalize_channels_gradient)(size_t places, size_t channels, double epsilon,
                                            const void *input, const void *upstream,
                                            const void *statistics, const void *scales,
                                            const void *slope_input, void *out,
                                            int accumulate) {
  const T *x = input, *dy = upstream, *means = statistics, *variances = means + channels;
  const T *levels = slope_input, *slopes = levels + channels;
  T *dx = out;
  LK_EACH_VECTOR(channels, {
    const V mean = FN(take)(means + i, left), slope = FN(take)(slopes + i, left);
    const V level = FN(take)(levels + i, left);
    V factor = FN(inverse_deviation)(variances + i, epsilon, left);
    if (scales) factor *= FN(take)((const T *)scales + i, left);
    size_t at = i;
    for (size_t place = 0; place < places; ++place, at += channels) {
      const V centred = FN(fma)(FN(take)(x + at, left) - mean, slope, level);
      FN(put_or_add)(dx + at, FN(fma)(FN(take)(dy + at, left), factor, centred), left, accumulate);
    }
  });
}

#undef LK_PLACE_SUM
