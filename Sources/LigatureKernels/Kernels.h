// What every level provides: one table of kernels for each scalar type that computes.

#ifndef LIGATURE_KERNEL_TABLE_H
#define LIGATURE_KERNEL_TABLE_H

#include "include/LigatureKernels.h"

typedef void LKMapKernel(size_t n, const void *x, void *y, double p, double q);
typedef void LKMapGradientKernel(size_t n, const void *x, const void *y, const void *dy, void *dx,
                                 double p, double q, int accumulate);
typedef void LKZipKernel(size_t n, const void *a, ptrdiff_t a_stride, const void *b,
                         ptrdiff_t b_stride, void *out, int accumulate);
typedef void LKReduceKernel(size_t outer, size_t n, size_t inner, const void *x, void *out,
                            int accumulate);

/// A two-dimensional copy: strides count scalars.
typedef struct LKPlane {
  size_t rows, columns;
  const void *source;
  ptrdiff_t source_row, source_column;
  void *target;
  ptrdiff_t target_row, target_column;
} LKPlane;

typedef struct LKKernels {
  size_t (*product_workspace)(const LKProduct *);
  void (*product)(const LKProduct *, void *workspace);
  size_t (*product_split)(const LKProduct *, size_t parts, int *split_rows);

  LKMapKernel *map[LK_MAP_COUNT];
  LKMapGradientKernel *map_gradient[LK_MAP_COUNT];
  void (*activation_gradient)(LKActivation, double parameter, size_t rows, size_t columns,
                              ptrdiff_t stride, const void *y, const void *dy, void *dz,
                              void *dbias, int accumulate_bias);
  LKZipKernel *zip[LK_ZIP_COUNT];
  void (*multiply3)(size_t n, const void *a, ptrdiff_t a_stride, const void *b,
                    ptrdiff_t b_stride, const void *c, ptrdiff_t c_stride, void *out,
                    int accumulate);
  void (*add_scaled)(size_t n, double alpha, const void *x, void *y);

  LKReduceKernel *reduce[LK_MIN_OF + 1];
  void (*arg_extreme)(int smallest, size_t outer, size_t n, size_t inner, const void *x,
                      int64_t *out);
  double (*dot)(size_t n, const void *a, const void *b);
  int (*all_finite)(size_t n, const void *x);
  void (*softmax)(int logarithm, size_t rows, size_t columns, const void *x, void *y);
  void (*softmax_gradient)(int logarithm, size_t rows, size_t columns, const void *y,
                           const void *dy, void *dx, int accumulate);
  void (*normalize_rows)(size_t rows, size_t columns, double epsilon, const void *x, void *y,
                         void *mean, void *inverse);
  void (*normalize_rows_gradient)(size_t rows, size_t columns, const void *y, const void *inverse,
                                  const void *dy, void *dx, int accumulate);

  LKRecurrenceLayout (*recurrence_layout)(const LKRecurrence *);
  void (*recurrence_pack)(const LKRecurrence *, const void *weights, const void *recurrent,
                          const void *bias, const void *recurrent_bias, void *combined,
                          void *forward, void *state, void *input);
  void (*recurrence_unpack)(const LKRecurrence *, void *combined, void *weights, void *recurrent,
                            void *bias, void *recurrent_bias, int accumulate);
  void (*recurrence_forward)(const LKRecurrence *, const void *packed_forward);
  void (*recurrence_backward)(const LKRecurrence *, const LKRecurrenceGradients *,
                              void *workspace);

  double (*binary_cross_entropy_logits)(size_t n, const void *z, const void *t, double scale,
                                        void *gradient);
  double (*binary_cross_entropy)(size_t n, const void *p, const void *t, double epsilon,
                                 double scale, void *gradient);
  double (*squared_error)(size_t n, const void *a, const void *b, double scale, void *gradient);

  void (*copy_plane)(const LKPlane *, int accumulate);
  void (*add_rows)(size_t n, const void *x, void *y);

  void (*random_uniform)(uint64_t key, uint64_t stream, uint64_t first, size_t n, double low,
                         double high, void *out);
  void (*random_normal)(uint64_t key, uint64_t stream, uint64_t first, size_t n, double mean,
                        double deviation, void *out);
  void (*random_mask)(uint64_t key, uint64_t stream, uint64_t first, size_t n, double keep,
                      double value, void *out);
  void (*random_block)(uint64_t key, uint64_t stream, uint64_t index, uint32_t out[4]);

  void (*adam)(size_t n, const LKAdam *, const void *gradient, void *w, void *m, void *v);
  void (*momentum)(size_t n, double learn_rate, double momentum, double l2,
                   double gradient_scale, const void *gradient, void *w, void *velocity);
  void (*rmsprop)(size_t n, double learn_rate, double decay, double epsilon, double l2,
                  double gradient_scale, const void *gradient, void *w, void *v);

  double (*peak_loop)(size_t iterations);
} LKKernels;

extern const LKKernels lk_kernels_baseline_f32, lk_kernels_baseline_f64;
#if defined(__x86_64__)
extern const LKKernels lk_kernels_avx2_f32, lk_kernels_avx2_f64;
extern const LKKernels lk_kernels_avx512_f32, lk_kernels_avx512_f64;
#endif

/// The table of the level in use; `type` is LK_F32 or LK_F64.
const LKKernels *lk_kernels(LKScalar type);

#endif
