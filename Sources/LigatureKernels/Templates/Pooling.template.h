// Pooling: the places of the largest elements of windows, and what moves between elements and places.

static void FN(pool_places)(const LKPooling *p, size_t first, size_t count, const void *x,
                            int64_t *places) {
  const size_t channels = p->channels;
  const size_t observation = p->size[0] * p->size[1] * p->size[2] * channels;
  const size_t row = p->output[2] * channels;
  for (size_t line = first; line < first + count; ++line) {
    const size_t oy = line % p->output[1], oz = line / p->output[1] % p->output[0];
    const T *from = (const T *)x + line / p->output[1] / p->output[0] * observation;
    int64_t *to = places + line * row;
    for (size_t ox = 0; ox < p->output[2]; ++ox, to += channels) {
      for (size_t channel = 0; channel < channels; channel += LANES) {
        const size_t left = channels - channel;
        const size_t start = (p->first[0][oz] * p->size[1] + p->first[1][oy]) * p->size[2] +
                             p->first[2][ox];
        V best = FN(take)(from + start * channels + channel, left);
        IV place = (IV)((UV)((UT)start));
        for (size_t z = p->first[0][oz]; z < p->last[0][oz]; z += p->step[0]) {
          for (size_t y = p->first[1][oy]; y < p->last[1][oy]; y += p->step[1]) {
            for (size_t i = p->first[2][ox]; i < p->last[2][ox]; i += p->step[2]) {
              const size_t here = (z * p->size[1] + y) * p->size[2] + i;
              const V v = FN(take)(from + here * channels + channel, left);
              // The first of the largest, or the first NaN.
              const IV wins = (v > best) | ((v != v) & (best == best));
              best = FN(choose)(wins, v, best);
              place = wins ? (IV)((UV)((UT)here)) : place;
            }
          }
        }
        for (size_t lane = 0; lane < LANES && lane < left; ++lane) to[channel + lane] = place[lane];
      }
    }
  }
}

static void FN(take_places)(size_t rows, size_t channels, size_t pixels, size_t places,
                            const int64_t *indices, const void *x, void *y, int accumulate) {
  const T *from = x;
  T *to = y;
  for (size_t row = 0; row < rows; ++row, from += pixels * channels) {
    for (size_t i = 0; i < places; ++i, indices += channels, to += channels) {
      for (size_t c = 0; c < channels; ++c) {
        const T v = from[(size_t)indices[c] * channels + c];
        to[c] = accumulate ? to[c] + v : v;
      }
    }
  }
}

static void FN(add_places)(size_t rows, size_t channels, size_t pixels, size_t places,
                           const int64_t *indices, const void *y, void *x) {
  const T *from = y;
  T *to = x;
  for (size_t row = 0; row < rows; ++row, to += pixels * channels) {
    for (size_t i = 0; i < places; ++i, indices += channels, from += channels) {
      for (size_t c = 0; c < channels; ++c) to[(size_t)indices[c] * channels + c] += from[c];
    }
  }
}
