// What every level provides: one table of kernels for each scalar type that computes.

#ifndef LIGATURE_KERNEL_TABLE_H
#define LIGATURE_KERNEL_TABLE_H

#include "include/LigatureKernels.h"

typedef void LKMapKernel(size_t n, const void *x, void *y, double p, double q);
typedef void LKMapGradientKernel(size_t n, const void *x, const void *y, const void *dy, void *dx,
                                 double p, double q, int accumulate);
typedef void LKZipKernel(size_t n, const void *a, ptrdiff_t a_stride, const void *b,
                         ptrdiff_t b_stride, void *out, int accumulate);
typedef void LKReduceKernel(size_t outer, size_t n, size_t inner, size_t columns, const void *x,
                            void *out, int accumulate);

/// A two-dimensional copy: strides count scalars.
typedef struct LKPlane {
  size_t rows, columns;
  const void *source;
  ptrdiff_t source_row, source_column;
  void *target;
  ptrdiff_t target_row, target_column;
} LKPlane;

typedef struct LKKernels {
  LKMapKernel *map[LK_MAP_COUNT];
  LKMapGradientKernel *map_gradient[LK_MAP_COUNT];
  LKZipKernel *zip[LK_ZIP_COUNT];
  LKReduceKernel *reduce[LK_MEAN_OF + 1];
#define LK_ENTRY(result, name, parameters, arguments) result(*name) parameters;
#define LK_INNER_ENTRY LK_ENTRY
#include "EntryPoints.h"
} LKKernels;

extern const LKKernels lk_kernels_baseline_f32, lk_kernels_baseline_f64;
#if defined(__x86_64__)
extern const LKKernels lk_kernels_avx2_f32, lk_kernels_avx2_f64;
extern const LKKernels lk_kernels_avx512_f32, lk_kernels_avx512_f64;
#endif

/// The table of the level in use; `type` is LK_F32 or LK_F64.
const LKKernels *lk_kernels(LKScalar type);

#endif
