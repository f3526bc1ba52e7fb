// Where a convolution reads its source: in place, or in a copy with zeros around it.

/// What the loops over targets share.
typedef struct FN(sweep) {
  LKConvolution c;
  LKConvolutionWay way;
  int channelwise, few;
  size_t depth, columns;                      // channels of a group, source and target
  size_t source_channels, target_channels;    // of all groups
  const size_t *source_size, *target_size;
  size_t phases[3];
  ptrdiff_t low[3], high[3];  // sources that are read
  int outer;                  // the axis that pieces cut
  size_t pitch;               // from one pixel of the slab to the next
  size_t copies;              // of each channel in the slab
  int in_place;
  size_t outer_count;  // targets along the outer axis, of the phase with the most
  size_t line;         // scalars of the slab at one place of the outer axis
  size_t most;         // targets along the outer axis that a slab serves
  size_t slab;         // scalars
} FN(sweep);

/// A slab: sources from `low` on, `size` of them, of one group.
typedef struct FN(slab) {
  const T *memory;
  ptrdiff_t low[3];
  size_t size[3];
} FN(slab);

enum {
  /// Bytes of a slab: what the second-level cache holds beside the filters.
  FN(slab_bytes) = 256 * 1024,
  /// Scalars of a cache line.
  FN(line_length) = 64 / sizeof(T),
};

static void FN(plan_sweep)(FN(sweep) * s, const LKConvolution *given, LKConvolutionWay way,
                           size_t parts) {
  s->c = lk_convolution_joined(given);
  const LKConvolution *c = &s->c;
  s->way = way;
  s->channelwise = lk_is_channelwise(c, way);
  s->few = lk_is_few(c, way);
  s->depth = lk_source_depth(c, way);
  s->columns = lk_target_depth(c, way);
  s->source_channels = s->depth * c->groups;
  s->target_channels = s->columns * c->groups;
  s->source_size = lk_source_size(c, way);
  s->target_size = lk_target_size(c, way);
  s->copies = s->channelwise ? s->columns : 1;
  s->outer = s->target_size[0] > 1 ? 0 : s->target_size[1] > 1 ? 1 : 2;
  s->outer_count = 0;
  size_t move = 1, span = 0;
  s->in_place = s->channelwise ? s->copies == 1 : c->groups == 1;
  for (int axis = 0; axis < 3; ++axis) {
    s->phases[axis] = lk_phase_count(c, way, axis);
    ptrdiff_t low = 0, high = 0, first = 0, last = 0;
    int any = 0;
    for (size_t phase = 0; phase < s->phases[axis]; ++phase) {
      const LKConvolutionAxis a = lk_convolution_axis(c, way, axis, phase);
      if (axis == s->outer && a.count > s->outer_count) s->outer_count = a.count;
      if (a.taps == 0 || a.count == 0) continue;
      const ptrdiff_t reach = a.origin + (ptrdiff_t)((a.taps - 1) * a.tap_step) + 1;
      const ptrdiff_t end = reach + (ptrdiff_t)((a.count - 1) * a.move);
      low = any && low < a.origin ? low : a.origin;
      high = any && high > end ? high : end;
      first = any && first < a.origin ? first : a.origin;
      last = any && last > reach ? last : reach;
      if (axis == s->outer) move = a.move, span = (size_t)(last - first);
      any = 1;
    }
    s->low[axis] = low;
    s->high[axis] = high;
    if (low < 0 || high > (ptrdiff_t)s->source_size[axis]) s->in_place = 0;
  }
  size_t depth = s->channelwise ? s->target_channels : s->depth;
  s->pitch = depth;
  if (!s->channelwise && FN(crowds_cache)((ptrdiff_t)(depth * move))) {
    s->in_place = 0;
    s->pitch += FN(line_length);
  }
  s->line = s->pitch;
  for (int axis = 0; axis < 3; ++axis) {
    if (axis != s->outer) s->line *= (size_t)(s->high[axis] - s->low[axis]);
  }
  const size_t places = s->line ? FN(slab_bytes) / sizeof(T) / s->line : 1;
  s->most = places > span ? (places - span) / move + 1 : 1;
  const size_t piece = FN(part_count)(s->outer_count, parts);
  if (s->most > piece) s->most = piece;
  size_t whole = (size_t)(s->high[s->outer] - s->low[s->outer]);
  size_t needed = s->most * move + span + move;
  s->slab = s->in_place ? 0 : s->line * (needed < whole ? needed : whole);
}

/// Copies one pixel's worth of channels, each `copies` times.
LK_INLINE void FN(copy_pixel)(size_t depth, size_t copies, const T *from, T *to) {
  if (copies == 1) {
    memcpy(to, from, depth * sizeof(T));
    return;
  }
  for (size_t i = 0; i < depth; ++i) {
    for (size_t j = 0; j < copies; ++j) *to++ = from[i];
  }
}

/// One row of a slab: pixels [low, high) of a source row, which is NULL outside the source.
static void FN(copy_row)(const FN(sweep) * s, const T *row, ptrdiff_t low, ptrdiff_t high, T *to) {
  const ptrdiff_t size = (ptrdiff_t)s->source_size[2];
  const ptrdiff_t first = low > 0 ? low : 0, last = high < size ? high : size;
  if (!row || first >= last) {
    memset(to, 0, (size_t)(high - low) * s->pitch * sizeof(T));
    return;
  }
  const size_t depth = s->channelwise ? s->source_channels : s->depth;
  memset(to, 0, (size_t)(first - low) * s->pitch * sizeof(T));
  to += (size_t)(first - low) * s->pitch;
  const T *from = row + (size_t)first * s->source_channels;
  if (s->copies == 1 && s->pitch == depth && depth == s->source_channels) {
    memcpy(to, from, (size_t)(last - first) * depth * sizeof(T));
    to += (size_t)(last - first) * depth;
  } else {
    for (ptrdiff_t x = first; x < last; ++x, from += s->source_channels, to += s->pitch) {
      FN(copy_pixel)(depth, s->copies, from, to);
    }
  }
  memset(to, 0, (size_t)(high - last) * s->pitch * sizeof(T));
}

/// Sources [first, last) of the outer axis and all of the others, of one group of one observation.
static FN(slab) FN(take_slab)(const FN(sweep) * s, const T *observation, size_t group,
                              ptrdiff_t first, ptrdiff_t last, T *memory) {
  FN(slab) slab = {.memory = memory};
  const T *source = observation + (s->channelwise ? 0 : group * s->depth);
  for (int axis = 0; axis < 3; ++axis) {
    slab.low[axis] = s->in_place ? 0 : s->low[axis];
    slab.size[axis] =
        s->in_place ? s->source_size[axis] : (size_t)(s->high[axis] - s->low[axis]);
  }
  if (s->in_place) {
    slab.memory = source;
    return slab;
  }
  slab.low[s->outer] = first;
  slab.size[s->outer] = (size_t)(last - first);
  const size_t *size = s->source_size;
  T *to = memory;
  for (size_t i = 0; i < slab.size[0]; ++i) {
    const ptrdiff_t z = slab.low[0] + (ptrdiff_t)i;
    for (size_t j = 0; j < slab.size[1]; ++j, to += slab.size[2] * s->pitch) {
      const ptrdiff_t y = slab.low[1] + (ptrdiff_t)j;
      const int inside = z >= 0 && z < (ptrdiff_t)size[0] && y >= 0 && y < (ptrdiff_t)size[1];
      const size_t row = inside ? (size_t)z * size[1] + (size_t)y : 0;
      FN(copy_row)(s, inside ? source + row * size[2] * s->source_channels : NULL, slab.low[2],
                   slab.low[2] + (ptrdiff_t)slab.size[2], to);
    }
  }
  return slab;
}

/// Scalars from the slab's first one to that of a source.
LK_INLINE ptrdiff_t FN(place)(const FN(sweep) * s, const FN(slab) * slab, ptrdiff_t z, ptrdiff_t y,
                              ptrdiff_t x) {
  const ptrdiff_t row = (z - slab->low[0]) * (ptrdiff_t)slab->size[1] + (y - slab->low[1]);
  return (row * (ptrdiff_t)slab->size[2] + (x - slab->low[2])) * (ptrdiff_t)s->pitch;
}

/// Offsets of the pieces of adjacent scalars that one target reads, and their length; of few targets
/// each tap is a piece.
static size_t FN(list_segments)(const FN(sweep) * s, const FN(slab) * slab,
                                const LKConvolutionAxis axes[3], ptrdiff_t *offsets,
                                size_t *length) {
  const int joined = !s->channelwise && !s->few && axes[2].tap_step == 1 && s->pitch == s->depth;
  const size_t across = joined ? (axes[2].taps > 0) : axes[2].taps;
  *length = s->channelwise ? 1 : joined ? axes[2].taps * s->depth : s->depth;
  size_t count = 0;
  for (size_t i = 0; i < axes[0].taps; ++i) {
    for (size_t j = 0; j < axes[1].taps; ++j) {
      for (size_t k = 0; k < across; ++k) {
        const size_t row = i * axes[0].tap_step * slab->size[1] + j * axes[1].tap_step;
        offsets[count++] = (ptrdiff_t)((row * slab->size[2] + k * axes[2].tap_step) * s->pitch);
      }
    }
  }
  return count;
}
