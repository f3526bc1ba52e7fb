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

static void FN(merge_moments)(size_t places, size_t chunk, size_t groups, size_t depth,
                              const void *input, void *out) {
  const T *moments = input;
  const size_t channels = groups * depth, chunks = (places + chunk - 1) / chunk;
  T *means = out, *variances = means + channels;
  const double count = (double)places * (double)depth;
  for (size_t first = 0; first < channels; first += depth) {
    double sum = 0, squares = 0;
    for (size_t k = 0; k < chunks; ++k) {
      const double size = (double)(places - k * chunk < chunk ? places - k * chunk : chunk);
      for (size_t c = first; c < first + depth; ++c) sum += size * (double)moments[2 * k * channels + c];
    }
    const double mean = sum / count;
    for (size_t k = 0; k < chunks; ++k) {
      const double size = (double)(places - k * chunk < chunk ? places - k * chunk : chunk);
      const T *part = moments + 2 * k * channels;
      for (size_t c = first; c < first + depth; ++c) {
        const double away = (double)part[c] - mean;
        squares += (double)part[channels + c] + size * (away * away);
      }
    }
    for (size_t c = first; c < first + depth; ++c) {
      means[c] = (T)mean;
      variances[c] = (T)(squares / count);
    }
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
  const size_t channels = groups * depth, chunks = (places + chunk - 1) / chunk;
  const T *variances = (const T *)statistics + channels;
  T *slopes = slopes_output, *parameters = parameters_output;
  const double count = (double)places * (double)depth;
  for (size_t first = 0; first < channels; first += depth) {
    const double inverse = 1 / sqrt((double)(variances[first] + (T)epsilon));
    double level = 0, slope = 0;
    for (size_t c = first; c < first + depth; ++c) {
      double sum = 0, product = 0;
      for (size_t k = 0; k < chunks; ++k) {
        sum += (double)parts[2 * k * channels + c];
        product += (double)parts[(2 * k + 1) * channels + c];
      }
      product *= inverse;
      parameters[c] = (T)product;
      parameters[channels + c] = (T)sum;
      const double factor = scale ? (double)scale[c] : 1;
      level += factor * sum;
      slope += factor * product;
    }
    for (size_t c = first; c < first + depth; ++c) {
      slopes[c] = (T)(-inverse * (level / count));
      slopes[channels + c] = (T)(-inverse * inverse * (slope / count));
    }
  }
}

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
