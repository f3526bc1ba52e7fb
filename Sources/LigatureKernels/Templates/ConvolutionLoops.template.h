// The loops of a convolution and of the gradient in its input: pieces, slabs, phases, panels of packed
// filters, rows of pixels, tiles.

static size_t FN(convolution_packed)(const LKConvolution *c, LKConvolutionWay way) {
  const size_t kernel = c->kernel[0] * c->kernel[1] * c->kernel[2];
  const size_t groups = lk_is_channelwise(c, way) ? 1 : c->groups;
  return kernel * FN(packed_tap)(c, way) * groups;
}

/// Which element of the kernel a tap is.
LK_INLINE size_t FN(kernel_place)(const LKConvolution *c, const LKConvolutionAxis axes[3], size_t i,
                                  size_t j, size_t k) {
  const size_t taps[3] = {i, j, k};
  size_t place = 0;
  for (int axis = 0; axis < 3; ++axis) {
    const ptrdiff_t tap = (ptrdiff_t)taps[axis];
    place = place * c->kernel[axis] +
            (size_t)((ptrdiff_t)axes[axis].kernel_first + tap * axes[axis].kernel_step);
  }
  return place;
}

/// Filters of one phase in the order in which the tiles read them; returns where the next are to go.
static T *FN(pack_phase)(const LKConvolution *c, LKConvolutionWay way,
                         const LKConvolutionAxis axes[3], const T *filters, T *to) {
  const int channelwise = lk_is_channelwise(c, way), forward = way == LK_CONVOLUTION_FORWARD;
  const int few = lk_is_few(c, way);
  const size_t depth = lk_source_depth(c, way), columns = lk_target_depth(c, way);
  const size_t matrix = c->inputs / c->groups * c->outputs;
  for (size_t group = 0; group < (channelwise ? 1 : c->groups); ++group) {
    for (size_t column = 0; column < columns; column += TILE_COLUMNS) {
      const size_t rest = columns - column, count = rest < TILE_COLUMNS ? rest : TILE_COLUMNS;
      const size_t width = count > LANES ? TILE_COLUMNS : LANES;
      for (size_t i = 0; i < axes[0].taps; ++i) {
        for (size_t j = 0; j < axes[1].taps; ++j) {
          for (size_t k = 0; k < axes[2].taps; ++k) {
            const T *from = filters + FN(kernel_place)(c, axes, i, j, k) * matrix;
            if (channelwise) {
              memcpy(to, from, c->outputs * sizeof(T));
              to += c->outputs;
              continue;
            }
            if (few) {
              to = forward ? FN(pack_few)(depth, count, from + group * columns,
                                          (ptrdiff_t)c->outputs, 1, to)
                           : FN(pack_few)(depth, count, from + group * depth, 1,
                                          (ptrdiff_t)c->outputs, to);
              continue;
            }
            if (forward) {
              FN(pack)(depth, count, from + group * columns + column, (ptrdiff_t)c->outputs, 1, to,
                       width);
            } else {
              FN(pack)(depth, count, from + group * depth + column * c->outputs, 1,
                       (ptrdiff_t)c->outputs, to, width);
            }
            to += depth * width;
          }
        }
      }
      if (channelwise) break;
    }
  }
  return to;
}

static void FN(convolution_pack)(const LKConvolution *given, LKConvolutionWay way,
                                 const void *filters, void *packed) {
  const LKConvolution c = lk_convolution_joined(given);
  LKConvolutionAxis axes[3];
  T *to = packed;
  for (size_t i = 0; i < lk_phase_count(&c, way, 0); ++i) {
    axes[0] = lk_convolution_axis(&c, way, 0, i);
    for (size_t j = 0; j < lk_phase_count(&c, way, 1); ++j) {
      axes[1] = lk_convolution_axis(&c, way, 1, j);
      for (size_t k = 0; k < lk_phase_count(&c, way, 2); ++k) {
        axes[2] = lk_convolution_axis(&c, way, 2, k);
        to = FN(pack_phase)(&c, way, axes, filters, to);
      }
    }
  }
}

static size_t FN(convolution_workspace)(const LKConvolution *c, LKConvolutionWay way,
                                        size_t parts) {
  FN(sweep) sweep;
  FN(plan_sweep)(&sweep, c, way, parts ? parts : 1);
  const size_t segments = c->kernel[0] * c->kernel[1] * c->kernel[2];
  return sweep.slab * sizeof(T) + segments * sizeof(ptrdiff_t) + 128;
}

/// One tile of pixels, from registers to the target: straight if it is whole, else by way of a buffer.
static void FN(convolve_into)(size_t rows, size_t count, size_t segments, const ptrdiff_t *offsets,
                              size_t length, const T *source, ptrdiff_t row, const T *filters, T *c,
                              ptrdiff_t c_row, const T *bias, int add) {
  FN(convolve_kernel) *kernel = FN(convolve_kernels)[rows - 1][count > LANES];
  if (count % LANES == 0) {
    kernel(segments, offsets, length, source, row, filters, c, c_row, bias, add);
    return;
  }
  const FN(epilogue) end = {add, bias, LK_IDENTITY, 0};
  _Alignas(64) T tile[TILE_ROWS * TILE_COLUMNS];
  kernel(segments, offsets, length, source, row, filters, tile, TILE_COLUMNS, NULL, 0);
  FN(finish)(rows, count, tile, TILE_COLUMNS, c, c_row, &end);
}

/// A row of pixels without tiles: each channel for itself.
static void FN(convolve_channels)(size_t pixels, size_t channels, size_t taps,
                                  const ptrdiff_t *offsets, const T *source, ptrdiff_t row,
                                  const T *filters, T *c, ptrdiff_t c_row, const T *bias, int add) {
  enum { PIXELS = 8 };
  for (size_t x = 0; x < pixels; x += PIXELS) {
    const size_t count = pixels - x < PIXELS ? pixels - x : PIXELS;
    for (size_t channel = 0; channel < channels; channel += LANES) {
      const size_t left = channels - channel;
      const T *from = source + (ptrdiff_t)x * row + (ptrdiff_t)channel;
      V sum[PIXELS];
#pragma clang loop unroll(full)
      for (int i = 0; i < PIXELS; ++i) sum[i] = FN(splat)(0);
      if (count == PIXELS && left >= LANES) {
        for (size_t tap = 0; tap < taps; ++tap) {
          const V filter = FN(load)(filters + tap * channels + channel);
          const T *pixel = from + offsets[tap];
#pragma clang loop unroll(full)
          for (int i = 0; i < PIXELS; ++i, pixel += row) {
            sum[i] = FN(fma)(FN(load)(pixel), filter, sum[i]);
          }
        }
      } else {
        for (size_t tap = 0; tap < taps; ++tap) {
          const V filter = FN(take)(filters + tap * channels + channel, left);
          for (size_t i = 0; i < count; ++i) {
            const V pixel = FN(take)(from + offsets[tap] + (ptrdiff_t)i * row, left);
            sum[i] = FN(fma)(pixel, filter, sum[i]);
          }
        }
      }
      const V offset = bias ? FN(take)(bias + channel, left) : FN(splat)(0);
      for (size_t i = 0; i < count; ++i) {
        T *to = c + (ptrdiff_t)(x + i) * c_row + (ptrdiff_t)channel;
        V value = sum[i];
        if (add) value = FN(take)(to, left) + value;
        if (bias) value += offset;
        FN(put)(to, value, left);
      }
    }
  }
}

/// One phase of one group: its targets in `ranges`.
static void FN(convolve_phase)(const FN(sweep) * s, const FN(slab) * slab,
                               const LKConvolutionAxis axes[3], const size_t first[3],
                               const size_t last[3], const T *filters, const T *bias, T *target,
                               ptrdiff_t *offsets, int add) {
  size_t length;
  const size_t segments = FN(list_segments)(s, slab, axes, offsets, &length);
  const size_t taps = axes[0].taps * axes[1].taps * axes[2].taps;
  const ptrdiff_t row = (ptrdiff_t)(axes[2].move * s->pitch);
  const ptrdiff_t c_row = (ptrdiff_t)(axes[2].target_step * s->target_channels);
  const size_t width = last[2] - first[2], tiles = FN(part_count)(width, TILE_ROWS);
  const size_t panels = s->channelwise ? 1 : FN(part_count)(s->columns, TILE_COLUMNS);
  for (size_t panel = 0; panel < panels; ++panel) {
    const size_t column = panel * TILE_COLUMNS, rest = s->columns - column;
    const size_t count = rest < TILE_COLUMNS ? rest : TILE_COLUMNS;
    const T *packed = filters + column * taps * s->depth;
    const T *offset = bias ? bias + column : NULL;
    for (size_t z = first[0]; z < last[0]; ++z) {
      for (size_t y = first[1]; y < last[1]; ++y) {
        const T *source = slab->memory;
        if (taps) {
          source += FN(place)(s, slab, axes[0].origin + (ptrdiff_t)(z * axes[0].move),
                              axes[1].origin + (ptrdiff_t)(y * axes[1].move),
                              axes[2].origin + (ptrdiff_t)(first[2] * axes[2].move));
        }
        const size_t line =
            (axes[0].target_first + z * axes[0].target_step) * s->target_size[1] +
            axes[1].target_first + y * axes[1].target_step;
        const size_t place = line * s->target_size[2] + axes[2].target_first +
                             first[2] * axes[2].target_step;
        T *c = target + place * s->target_channels + column;
        if (s->channelwise) {
          FN(convolve_channels)(width, s->target_channels, segments, offsets, source, row, packed,
                                c, c_row, bias, add);
          continue;
        }
        if (s->few) {
          FN(convolve_few)(width, s->columns, segments, offsets, s->depth, source, row, packed, c,
                           c_row, bias, add);
          continue;
        }
        for (size_t tile = 0; tile < tiles; ++tile) {
          const size_t x = FN(part_start)(width, tiles, tile);
          const size_t rows = FN(part_start)(width, tiles, tile + 1) - x;
          FN(convolve_into)(rows, count, segments, offsets, length, source + (ptrdiff_t)x * row,
                            row, packed, c + (ptrdiff_t)x * c_row, c_row, offset, add);
        }
      }
    }
  }
}

/// Part `index` of `total` of the outer axis' targets, of one observation.
static void FN(convolve_block)(const FN(sweep) * s, const T *source, const T *packed, const T *bias,
                               T *target, int add, size_t index, size_t total, T *memory,
                               ptrdiff_t *offsets) {
  const LKConvolution *c = &s->c;
  const int outer = s->outer;
  ptrdiff_t low = 0, high = 0;
  int any = 0;
  for (size_t phase = 0; phase < s->phases[outer]; ++phase) {
    const LKConvolutionAxis a = lk_convolution_axis(c, s->way, outer, phase);
    const size_t first = FN(part_start)(a.count, total, index);
    const size_t last = FN(part_start)(a.count, total, index + 1);
    if (a.taps == 0 || first == last) continue;
    const ptrdiff_t start = a.origin + (ptrdiff_t)(first * a.move);
    const ptrdiff_t end = a.origin + (ptrdiff_t)((last - 1) * a.move + (a.taps - 1) * a.tap_step) + 1;
    low = any && low < start ? low : start;
    high = any && high > end ? high : end;
    any = 1;
  }
  const size_t groups = s->channelwise ? 1 : c->groups;
  for (size_t group = 0; group < groups; ++group) {
    const FN(slab) slab = FN(take_slab)(s, source, group, low, high, memory);
    const T *filters = packed;
    LKConvolutionAxis axes[3];
    size_t first[3], last[3];
    for (size_t i = 0; i < s->phases[0]; ++i) {
      axes[0] = lk_convolution_axis(c, s->way, 0, i);
      for (size_t j = 0; j < s->phases[1]; ++j) {
        axes[1] = lk_convolution_axis(c, s->way, 1, j);
        for (size_t k = 0; k < s->phases[2]; ++k) {
          axes[2] = lk_convolution_axis(c, s->way, 2, k);
          for (int axis = 0; axis < 3; ++axis) {
            first[axis] = axis == outer ? FN(part_start)(axes[axis].count, total, index) : 0;
            last[axis] = axis == outer ? FN(part_start)(axes[axis].count, total, index + 1)
                                       : axes[axis].count;
          }
          const size_t taps = axes[0].taps * axes[1].taps * axes[2].taps;
          const size_t size = taps * FN(packed_tap)(c, s->way);
          FN(convolve_phase)(s, &slab, axes, first, last, filters + group * size,
                             bias ? bias + group * s->columns : NULL, target + group * s->columns,
                             offsets, add);
          filters += groups * size;
        }
      }
    }
  }
}

static void FN(convolution)(const LKConvolution *given, LKConvolutionWay way, const void *source,
                            const void *packed, const void *bias, void *target, int accumulate,
                            size_t parts, size_t first, size_t count, void *workspace) {
  FN(sweep) s;
  FN(plan_sweep)(&s, given, way, parts);
  if (s.outer_count == 0) return;
  ptrdiff_t *offsets = workspace;
  const size_t segments = given->kernel[0] * given->kernel[1] * given->kernel[2];
  T *memory = (T *)(((uintptr_t)(offsets + segments) + 63) & ~(uintptr_t)63);
  size_t observation = s.source_channels, result = s.target_channels;
  for (int axis = 0; axis < 3; ++axis) {
    observation *= s.source_size[axis];
    result *= s.target_size[axis];
  }
  const size_t blocks = FN(part_count)(FN(part_count)(s.outer_count, parts), s.most);
  for (size_t piece = first; piece < first + count; ++piece) {
    const size_t n = piece / parts;
    for (size_t block = 0; block < blocks; ++block) {
      FN(convolve_block)(&s, (const T *)source + n * observation, packed, bias,
                         (T *)target + n * result, accumulate, piece % parts * blocks + block,
                         parts * blocks, memory, offsets);
    }
  }
}
