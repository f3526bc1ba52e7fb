// Copies of strided boxes: dimensions are merged where memory allows, the two that matter most
// become a plane, and the rest are counted through.

#include "Kernels.h"

#include <string.h>

typedef struct Dimension {
  size_t size;
  ptrdiff_t source, target;  // strides
} Dimension;

static size_t magnitude(ptrdiff_t stride) { return (size_t)(stride < 0 ? -stride : stride); }

/// Dimensions of more than one element, outermost first by the target's strides, merged where two
/// of them are one in both operands. Returns their number.
static int simplify(int rank, const size_t *shape, const ptrdiff_t *source,
                    const ptrdiff_t *target, Dimension out[LK_MAXIMUM_RANK]) {
  int count = 0;
  for (int i = 0; i < rank; ++i) {
    if (shape[i] == 1) continue;
    Dimension next = {shape[i], source[i], target[i]};
    int at = count++;
    for (; at > 0 && magnitude(out[at - 1].target) < magnitude(next.target); --at) {
      out[at] = out[at - 1];
    }
    out[at] = next;
  }
  int merged = 0;
  for (int i = 0; i < count; ++i) {
    Dimension *outer = merged ? &out[merged - 1] : NULL;
    ptrdiff_t size = (ptrdiff_t)out[i].size;
    if (outer && outer->source == out[i].source * size && outer->target == out[i].target * size) {
      *outer = (Dimension){outer->size * out[i].size, out[i].source, out[i].target};
    } else {
      out[merged++] = out[i];
    }
  }
  return merged;
}

static void copy_bytes_plane(const LKPlane *plane) {
  const uint8_t *source = plane->source;
  uint8_t *target = plane->target;
  for (size_t i = 0; i < plane->rows; ++i) {
    if (plane->source_column == 1 && plane->target_column == 1) {
      memcpy(target, source, plane->columns);
    } else {
      for (size_t j = 0; j < plane->columns; ++j) {
        target[(ptrdiff_t)j * plane->target_column] = source[(ptrdiff_t)j * plane->source_column];
      }
    }
    source += plane->source_row;
    target += plane->target_row;
  }
}

static size_t scalar_size(LKScalar type) {
  return type == LK_U8 ? 1 : type == LK_F64 || type == LK_I64 ? 8 : 4;
}

static void copy_plane(LKScalar type, const LKPlane *plane, int accumulate) {
  switch (scalar_size(type)) {
    case 1: copy_bytes_plane(plane); break;
    case 4: lk_kernels(LK_F32)->copy_plane(plane, accumulate); break;
    default: lk_kernels(LK_F64)->copy_plane(plane, accumulate); break;
  }
}

void lk_copy(LKScalar type, int rank, const size_t *shape, const void *source,
             const ptrdiff_t *source_strides, void *target, const ptrdiff_t *target_strides,
             int accumulate) {
  for (int i = 0; i < rank; ++i) {
    if (shape[i] == 0) return;
  }
  Dimension dimensions[LK_MAXIMUM_RANK];
  int count = simplify(rank, shape, source_strides, target_strides, dimensions);
  const Dimension single = {1, 0, 0};
  Dimension column = count > 0 ? dimensions[--count] : (Dimension){1, 1, 1};
  // Beside the innermost dimension of the target, the source's makes the plane: together they
  // are a transpose. Failing that, the next one out.
  int chosen = count - 1;
  for (int i = 0; i < count && column.source != 1; ++i) {
    if (dimensions[i].source == 1) chosen = i;
  }
  Dimension row = single;
  if (chosen >= 0) {
    row = dimensions[chosen];
    memmove(dimensions + chosen, dimensions + chosen + 1,
            (size_t)(--count - chosen) * sizeof(Dimension));
  }

  const size_t bytes = scalar_size(type);
  size_t index[LK_MAXIMUM_RANK] = {0};
  const char *from = source;
  char *to = target;
  for (;;) {
    const LKPlane plane = {row.size,   column.size, from,          row.source,
                           column.source, to,       row.target,    column.target};
    copy_plane(type, &plane, accumulate);
    int i = count - 1;
    for (; i >= 0; --i) {
      const ptrdiff_t source_step = dimensions[i].source * (ptrdiff_t)bytes;
      const ptrdiff_t target_step = dimensions[i].target * (ptrdiff_t)bytes;
      if (++index[i] < dimensions[i].size) {
        from += source_step;
        to += target_step;
        break;
      }
      index[i] = 0;
      from -= source_step * (ptrdiff_t)(dimensions[i].size - 1);
      to -= target_step * (ptrdiff_t)(dimensions[i].size - 1);
    }
    if (i < 0) return;
  }
}
