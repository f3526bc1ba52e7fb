// The buffers of a recurrent layer: their sizes, their rows, and which of them are padding.

/// How the buffers of a layer are laid out, in scalars.
LK_INLINE LKRecurrenceLayout FN(recurrence_layout)(const LKRecurrence *r) {
  LKRecurrenceLayout layout = {0};
  layout.hidden = (r->hidden + LANES - 1) / LANES * LANES;
  layout.columns = FN(cell_blocks)(r->cell) * layout.hidden;
  layout.operand = layout.hidden + r->features + 1;
  layout.width = (layout.operand + LANES - 1) / LANES * LANES;
  layout.packed_forward = layout.operand * layout.columns;
  layout.packed_state = layout.columns * layout.hidden;
  layout.packed_input =
      layout.columns * ((r->features + LANES - 1) / LANES * LANES);
  // A line more than the columns, so that rows do not crowd into few sets of a cache.
  layout.gradient_row = layout.columns + 64 / sizeof(T);
  size_t rows = r->rows ? r->rows : 1;
  layout.chunk = rows < 96 ? 96 / rows : 1;
  if (layout.chunk > r->steps) layout.chunk = r->steps ? r->steps : 1;
  layout.workspace = rows * (2 * layout.hidden + (layout.width - layout.hidden)) +
                     layout.chunk * rows * layout.gradient_row;
  return layout;
}

/// Step `s` in the order of the recurrence as a time.
LK_INLINE size_t FN(time_of)(const LKRecurrence *r, size_t s) {
  return r->reversed ? r->steps - 1 - s : s;
}
LK_INLINE int FN(is_padding)(const LKRecurrence *r, size_t row, size_t time) {
  return r->lengths && (int64_t)time >= r->lengths[row];
}
/// Whether no row has anything at a time.
LK_INLINE int FN(all_padding)(const LKRecurrence *r, size_t time) {
  for (size_t row = 0; row < r->rows; ++row) {
    if (!FN(is_padding)(r, row, time)) return 0;
  }
  return 1;
}

/// A row of a buffer that may be missing.
LK_INLINE T *FN(row)(const void *buffer, size_t row, size_t width) {
  return buffer ? (T *)buffer + row * width : NULL;
}
/// A row at a time of a sequence that may be missing.
LK_INLINE T *FN(at)(const void *sequence, size_t row, ptrdiff_t row_stride, size_t time,
                    ptrdiff_t step) {
  return sequence ? (T *)sequence + (ptrdiff_t)row * row_stride + (ptrdiff_t)time * step : NULL;
}

/// Copies rows of `count` results. Any zero becomes 0: the sign of a sum whose products all underflow
/// depends on the padding, of which other levels have more or less.
LK_INLINE void FN(give_rows)(size_t rows, size_t count, const T *source, ptrdiff_t source_row,
                             T *target, ptrdiff_t target_row) {
  for (size_t row = 0; row < rows; ++row, source += source_row, target += target_row) {
    LK_EACH_VECTOR(count, { FN(put)(target + i, FN(take)(source + i, left) + 0, left); });
  }
}

/// Copies rows of `count` scalars; a missing source is zeros.
LK_INLINE void FN(copy_rows)(size_t rows, size_t count, const T *source, ptrdiff_t source_row,
                             T *target, ptrdiff_t target_row) {
  for (size_t row = 0; row < rows; ++row) {
    T *to = target + (ptrdiff_t)row * target_row;
    if (source) memcpy(to, source + (ptrdiff_t)row * source_row, count * sizeof(T));
    else memset(to, 0, count * sizeof(T));
  }
}
