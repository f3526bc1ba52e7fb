import LigatureKernels
import Testing

extension KernelTests {
  @Suite struct Recurrences {
    static let cells = [LK_CELL_LSTM, LK_CELL_GRU, LK_CELL_TANH, LK_CELL_RELU]

    /// Hidden sizes and features around the widths of all vectors; rows around those of tiles.
    static let sizes: [(hidden: Int, features: Int, rows: Int, steps: Int)] = [
      (1, 0, 1, 1), (1, 1, 3, 4), (3, 2, 0, 2), (15, 1, 14, 2),
      (16, 17, 2, 3), (17, 2, 15, 3), (33, 1, 2, 2), (2, 3, 4, 0), (4, 1, 29, 20),
    ]

    @Test("give their formulas' values, forwards and reversed", arguments: Configuration.all)
    func values(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        for (cell, size) in Self.all {
          for reversed in [false, true] {
            for keeps in [false, true] {
              let run = RecurrenceRun<S>(cell, size, isReversed: reversed, keeps: keeps)
              run.forward()
              let wanted = run.plain()
              let tolerance = 8 * S.tolerance
              expectClose(
                run.output.values, wanted.output, tolerance: tolerance, "\(cell) \(size) output")
              expectClose(
                run.last.values, wanted.last, tolerance: tolerance, "\(cell) \(size) state")
              if cell == LK_CELL_LSTM {
                expectClose(
                  run.lastMemory.values, wanted.memory, tolerance: tolerance, "\(size) memory")
              }
            }
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("give the derivatives of those", arguments: Configuration.all.filter { $0.isDouble })
    func derivatives(_ configuration: Configuration) {
      configuration.run {
        for (cell, size) in Self.all {
          let lengths = (0..<size.rows).map { Int64($0 % (size.steps + 1)) }
          for (reversed, lengths) in [(false, nil), (true, lengths)] as [(Bool, [Int64]?)] {
            let run = RecurrenceRun<Double>(
              cell, size, lengths: lengths, isReversed: reversed, keeps: true)
            run.forward()
            run.backward()
            for part in RecurrenceRun<Double>.Part.allCases {
              let (slope, numeric) = run.slopes(along: part)
              // Central differences with h = 1e-5: h² and ε / h are both about 1e-10.
              expectClose([slope], [numeric], tolerance: 1e-7, "\(cell) \(size) \(part)")
            }
          }
        }
      }
    }

    @Test(
      "give every row the same bits wherever the batch is cut", arguments: Configuration.all)
    func splitting(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        for cell in Self.cells {
          let size = (hidden: 17, features: 3, rows: 30, steps: 4)
          let lengths = (0..<30).map { Int64($0 * 3 % 5) }
          let whole = RecurrenceRun<S>(cell, size, lengths: lengths, keeps: true)
          whole.forward()
          whole.backward()
          for cut in [1, 7, 14, 29] {
            let parts = [0..<cut, cut..<30].map { whole.part($0) }
            for part in parts {
              part.forward()
              part.backward()
            }
            #expect(parts.flatMap(\.output.values) == whole.output.values)
            #expect(parts.flatMap(\.last.values) == whole.last.values)
            #expect(parts.flatMap(\.dx.values) == whole.dx.values)
            #expect(parts.flatMap(\.dState.values) == whole.dState.values)
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("never see what stands in padding", arguments: Configuration.all)
    func padding(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        for cell in Self.cells {
          for reversed in [false, true] {
            for lengths in [[5, 0, 2, 1], [2, 2, 1, 0], [0, 0, 0, 0]] as [[Int64]] {
              let size = (hidden: 5, features: 3, rows: 4, steps: 5)
              let clean = RecurrenceRun<S>(
                cell, size, lengths: lengths, isReversed: reversed, keeps: true)
              let dirty = RecurrenceRun<S>(
                cell, size, lengths: lengths, isReversed: reversed, keeps: true)
              for run in [clean, dirty] {
                for (row, length) in lengths.enumerated() {
                  for step in Int(length)..<5 {
                    let fill: S = run === dirty ? (step % 2 == 0 ? .nan : .infinity) : 0
                    for index in 0..<3 { run.x[(row * 5 + step) * 3 + index] = fill }
                    for index in 0..<5 { run.dOutput[(row * 5 + step) * 5 + index] = fill }
                  }
                }
                run.forward()
                run.backward()
              }
              #expect(
                dirty.output.values == clean.output.values && dirty.last.values == clean.last.values
              )
              #expect(
                dirty.dx.values == clean.dx.values && dirty.dState.values == clean.dState.values)
              #expect(dirty.dWeights.values == clean.dWeights.values)
              #expect(
                dirty.dRecurrent.values == clean.dRecurrent.values
                  && dirty.dBias.values == clean.dBias.values)
              for (row, length) in lengths.enumerated() {
                #expect(dirty.output.values[(row * 5 + Int(length)) * 5..<(row + 1) * 25].allZero)
                #expect(dirty.dx.values[(row * 5 + Int(length)) * 3..<(row + 1) * 15].allZero)
                if length == 0 {
                  let units = row * 5..<row * 5 + 5
                  #expect(dirty.last.values[units] == dirty.state.values[units])
                }
              }
            }
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    static let all = cells.flatMap { cell in sizes.map { (cell, $0) } }
  }
}

extension Configuration {
  fileprivate var isDouble: Bool { scalar == Double.self }
}

extension ArraySlice where Element: Numeric {
  fileprivate var allZero: Bool { allSatisfy { $0 == 0 } }
}
