// The gradient in the filters: every element is a sum over pixels, taken in shares that the sizes
// alone define. Within a share it is one chain, which goes on from block to block in memory.

/// Pixels of one share: some observations, or a part of the outer axis of one.
typedef struct FN(share) {
  size_t first, last;  // observations
  size_t part, parts;  // of the outer axis
} FN(share);

static size_t FN(part_of_observation)(const LKConvolution *c, size_t *wanted) {
  const size_t pixels = c->output[0] * c->output[1] * c->output[2];
  const size_t outer = c->output[0] > 1 ? c->output[0] : c->output[1] > 1 ? c->output[1] : c->output[2];
  // Shares worth adding, and enough of them for the cores of today's machines.
  size_t shares = c->batch * pixels / 512;
  shares = shares < 1 ? 1 : shares > 16 ? 16 : shares;
  *wanted = shares;
  if (c->batch >= shares) return 1;
  const size_t parts = (shares + c->batch - 1) / c->batch;
  return parts < outer ? parts : outer;
}

static size_t FN(convolution_shares)(const LKConvolution *given) {
  const LKConvolution c = lk_convolution_joined(given);
  size_t wanted;
  if (c.batch == 0) return 0;
  const size_t parts = FN(part_of_observation)(&c, &wanted);
  return c.batch >= wanted ? wanted : c.batch * parts;
}

static FN(share) FN(find_share)(const LKConvolution *c, size_t share) {
  size_t wanted;
  const size_t parts = FN(part_of_observation)(c, &wanted);
  if (c->batch >= wanted) {
    const FN(share) some = {FN(part_start)(c->batch, wanted, share),
                            FN(part_start)(c->batch, wanted, share + 1), 0, 1};
    return some;
  }
  const FN(share) part = {share / parts, share / parts + 1, share % parts, parts};
  return part;
}

/// Panels of columns, or groups: what a share may be cut into besides.
static size_t FN(convolution_sections)(const LKConvolution *c) {
  if (lk_is_channelwise(c, LK_CONVOLUTION_FORWARD)) return 1;
  return c->groups > 1 ? c->groups : FN(part_count)(c->outputs, TILE_COLUMNS);
}

enum {
  /// Pixels that tiles run over before the next tile does, so that they stay in the nearest cache.
  FN(near_pixels) = 128,
  /// Taps that share a loop over pixels where each channel is for itself.
  FN(near_taps) = 9,
};

static size_t FN(convolution_weights_workspace)(const LKConvolution *c) {
  return FN(convolution_workspace)(c, LK_CONVOLUTION_FORWARD, 1) +
         2 * FN(near_pixels) * TILE_COLUMNS * sizeof(T);
}

/// All elements of `count` columns, over some pixels.
static void FN(correlate_panel)(const FN(sweep) * s, FN(pixels) over, size_t segments,
                                const ptrdiff_t *offsets, size_t length, size_t count, T *dw,
                                T *panel, int begins) {
  const size_t width = count > LANES ? TILE_COLUMNS : LANES, vectors = width / LANES;
  const ptrdiff_t dw_row = (ptrdiff_t)s->c.outputs;
  if (FN(is_few_columns)(count, length)) {
    FN(correlate_few)(&over, segments, offsets, length, count, dw, dw_row, begins);
    return;
  }
  if (count % LANES) {
    T *to = panel;
    for (size_t line = 0; line < over.lines; ++line) {
      const T *from = over.gradient + (ptrdiff_t)line * over.gradient_line;
      FN(pack)(over.width, count, from, over.gradient_step, 1, to, width);
      to += over.width * width;
    }
    over.gradient = panel;
    over.gradient_step = (ptrdiff_t)width;
    over.gradient_line = (ptrdiff_t)(over.width * width);
  }
  const T *source = over.source;
  for (size_t segment = 0; segment < segments;) {
    const ptrdiff_t part = segment + 1 < segments ? offsets[segment + 1] - offsets[segment] : 0;
    size_t parts = 1;
    if (length <= 3) {
      while (parts < 3 && segment + parts < segments &&
             offsets[segment + parts] - offsets[segment + parts - 1] == part &&
             FN(parted_kernels)[parts - 1][length - 1][vectors - 1]) {
        ++parts;
      }
    }
    const size_t tiles = FN(part_count)(length, TILE_ROWS);
    for (size_t tile = 0; tile < tiles; ++tile) {
      const size_t r = FN(part_start)(length, tiles, tile);
      const size_t rows = FN(part_start)(length, tiles, tile + 1) - r;
      FN(correlate_kernel) *kernel = parts > 1
                                         ? FN(parted_kernels)[parts - 2][rows - 1][vectors - 1]
                                         : FN(correlate_kernels)[rows - 1][vectors - 1];
      over.source = source + offsets[segment] + (ptrdiff_t)r;
      T *c = dw + (ptrdiff_t)(segment * length + r) * dw_row;
      if (count % LANES == 0) {
        kernel(&over, part, c, (ptrdiff_t)length * dw_row, dw_row, begins);
        continue;
      }
      _Alignas(64) T sums[(TILE_ROWS > 9 ? TILE_ROWS : 9) * TILE_COLUMNS];
      for (size_t i = 0; i < parts * rows; ++i) {
        const T *from = c + (ptrdiff_t)(i / rows * length + i % rows) * dw_row;
        for (size_t j = 0; j < width; j += LANES) {
          V v = begins || j >= count ? FN(splat)(0) : FN(take)(from + j, count - j);
          FN(store)(sums + i * width + j, v);
        }
      }
      kernel(&over, part, sums, (ptrdiff_t)(rows * width), (ptrdiff_t)width, 0);
      for (size_t i = 0; i < parts * rows; ++i) {
        T *to = c + (ptrdiff_t)(i / rows * length + i % rows) * dw_row;
        for (size_t j = 0; j < count; j += LANES) {
          FN(put)(to + j, FN(load)(sums + i * width + j), count - j);
        }
      }
    }
    segment += parts;
  }
}

/// Some taps of LANES channels, each channel for itself.
LK_INLINE void FN(correlate_taps)(int taps, const FN(pixels) * over, const ptrdiff_t *offsets,
                                  size_t left, T *dw, ptrdiff_t dw_row, int begins) {
  V sum[FN(near_taps)];
#pragma clang loop unroll(full)
  for (int t = 0; t < taps; ++t) {
    sum[t] = begins ? FN(splat)(0) : FN(take)(dw + t * dw_row, left);
  }
  for (size_t line = 0; line < over->lines; ++line) {
    const T *source = over->source + (ptrdiff_t)line * over->source_line;
    const T *gradient = over->gradient + (ptrdiff_t)line * over->gradient_line;
    for (size_t x = 0; x < over->width; ++x) {
      const V g = FN(take)(gradient, left);
#pragma clang loop unroll(full)
      for (int t = 0; t < taps; ++t) {
        sum[t] = FN(fma)(FN(take)(source + offsets[t], left), g, sum[t]);
      }
      source += over->source_step;
      gradient += over->gradient_step;
    }
  }
#pragma clang loop unroll(full)
  for (int t = 0; t < taps; ++t) FN(put)(dw + t * dw_row, sum[t], left);
}

static void FN(correlate_channels)(const FN(sweep) * s, FN(pixels) over, size_t taps,
                                   const ptrdiff_t *offsets, T *dw, int begins) {
  const size_t channels = s->c.outputs;
  const T *source = over.source, *gradient = over.gradient;
  for (size_t channel = 0; channel < channels; channel += LANES) {
    const size_t left = channels - channel;
    over.source = source + channel;
    over.gradient = gradient + channel;
    for (size_t tap = 0; tap < taps; tap += FN(near_taps)) {
      const size_t rest = taps - tap, count = rest < FN(near_taps) ? rest : FN(near_taps);
      T *to = dw + tap * channels + channel;
#define LK_TAPS(number, lanes)                                                                    \
  case number:                                                                                    \
    FN(correlate_taps)(number, &over, offsets + tap, lanes, to, (ptrdiff_t)channels, begins);     \
    break;
#define LK_ALL_TAPS(lanes)                                                                        \
  switch (count) {                                                                                \
    LK_TAPS(1, lanes) LK_TAPS(2, lanes) LK_TAPS(3, lanes) LK_TAPS(4, lanes) LK_TAPS(5, lanes)     \
    LK_TAPS(6, lanes) LK_TAPS(7, lanes) LK_TAPS(8, lanes) LK_TAPS(9, lanes)                       \
  }
      if (left >= LANES) {
        LK_ALL_TAPS(LANES)
      } else {
        LK_ALL_TAPS(left)
      }
#undef LK_TAPS
#undef LK_ALL_TAPS
    }
  }
}

/// The sections' elements over the pixels of `range`, all of one slab.
static void FN(correlate_slab)(const FN(sweep) * s, const FN(slab) * slab,
                               const LKConvolutionAxis axes[3], const size_t first[3],
                               const size_t last[3], const T *gradient, size_t group,
                               size_t first_section, size_t section_count, T *dw,
                               ptrdiff_t *offsets, T *panel, int begins) {
  const LKConvolution *c = &s->c;
  size_t length;
  const size_t segments = FN(list_segments)(s, slab, axes, offsets, &length);
  const size_t width = last[2] - first[2];
  const size_t spans = FN(part_count)(width, 2 * FN(near_pixels));
  const size_t lines = width < FN(near_pixels) ? FN(near_pixels) / width : 1;
  const ptrdiff_t step = (ptrdiff_t)(axes[2].move * s->pitch);
  for (size_t z = first[0]; z < last[0]; ++z) {
    for (size_t y = first[1]; y < last[1]; y += lines) {
      for (size_t span = 0; span < spans; ++span) {
        const size_t x = first[2] + FN(part_start)(width, spans, span);
        const size_t next = first[2] + FN(part_start)(width, spans, span + 1);
        const size_t pixel = (z * c->output[1] + y) * c->output[2] + x;
        const FN(pixels) over = {
            .lines = last[1] - y < lines ? last[1] - y : lines,
            .width = next - x,
            .source = slab->memory +
                      FN(place)(s, slab, axes[0].origin + (ptrdiff_t)(z * axes[0].move),
                                axes[1].origin + (ptrdiff_t)(y * axes[1].move),
                                axes[2].origin + (ptrdiff_t)(x * axes[2].move)),
            .source_line = (ptrdiff_t)(axes[1].move * slab->size[2] * s->pitch),
            .source_step = step,
            .gradient = gradient + pixel * c->outputs,
            .gradient_line = (ptrdiff_t)(c->output[2] * c->outputs),
            .gradient_step = (ptrdiff_t)c->outputs,
        };
        if (s->channelwise) {
          FN(correlate_channels)(s, over, segments, offsets, dw, begins);
        } else {
          const size_t column = c->groups > 1 ? 0 : first_section * TILE_COLUMNS;
          const size_t end = c->groups > 1 ? s->columns
                                           : (first_section + section_count) * TILE_COLUMNS;
          for (size_t j = column; j < end && j < s->columns; j += TILE_COLUMNS) {
            const size_t rest = s->columns - j, count = rest < TILE_COLUMNS ? rest : TILE_COLUMNS;
            FN(pixels) here = over;
            here.gradient += group * s->columns + j;
            FN(correlate_panel)(s, here, segments, offsets, length, count,
                                dw + group * s->columns + j, panel, begins);
          }
        }
        begins = 0;
      }
    }
  }
}

static void FN(convolution_weights)(const LKConvolution *given, size_t share, size_t first_section,
                                    size_t section_count, const void *x, const void *dy, void *dw,
                                    void *workspace) {
  const LKConvolution joined = lk_convolution_joined(given);
  const FN(share) range = FN(find_share)(&joined, share);
  FN(sweep) s;
  FN(plan_sweep)(&s, given, LK_CONVOLUTION_FORWARD, range.parts);
  const LKConvolution *c = &s.c;
  ptrdiff_t *offsets = workspace;
  T *panel = (T *)(((uintptr_t)(offsets + c->kernel[0] * c->kernel[1] * c->kernel[2]) + 63) &
                   ~(uintptr_t)63);
  T *memory = panel + 2 * FN(near_pixels) * TILE_COLUMNS;
  const size_t pixels = c->size[0] * c->size[1] * c->size[2];
  const size_t results = c->output[0] * c->output[1] * c->output[2];
  const size_t groups = s.channelwise || c->groups == 1 ? 1 : c->groups;
  const size_t first_group = groups > 1 ? first_section : 0;
  const size_t last_group = groups > 1 ? first_section + section_count : 1;
  const size_t blocks = FN(part_count)(FN(part_count)(s.outer_count, range.parts), s.most);
  LKConvolutionAxis axes[3];
  for (int axis = 0; axis < 3; ++axis) {
    axes[axis] = lk_convolution_axis(c, LK_CONVOLUTION_FORWARD, axis, 0);
  }
  const LKConvolutionAxis *outer = &axes[s.outer];
  int begins = 1;
  for (size_t n = range.first; n < range.last; ++n) {
    for (size_t block = 0; block < blocks; ++block) {
      const size_t index = range.part * blocks + block, total = range.parts * blocks;
      size_t first[3] = {0, 0, 0}, last[3] = {axes[0].count, axes[1].count, axes[2].count};
      first[s.outer] = FN(part_start)(outer->count, total, index);
      last[s.outer] = FN(part_start)(outer->count, total, index + 1);
      if (first[s.outer] == last[s.outer]) continue;
      const ptrdiff_t low = outer->origin + (ptrdiff_t)(first[s.outer] * outer->move);
      const ptrdiff_t high = outer->origin + (ptrdiff_t)((last[s.outer] - 1) * outer->move +
                                                         (outer->taps - 1) * outer->tap_step) + 1;
      for (size_t group = first_group; group < last_group; ++group) {
        const FN(slab) slab = FN(take_slab)(&s, (const T *)x + n * pixels * c->inputs, group, low,
                                            high, memory);
        FN(correlate_slab)(&s, &slab, axes, first, last, (const T *)dy + n * results * c->outputs,
                           group, first_section, section_count, dw, offsets, panel, begins);
      }
      begins = 0;
    }
  }
}
