import Foundation

/// Reads the program's arguments, runs `body` with their values, and ends the program.
///
/// The exit status is 0 after `body` or the help, 2 after a wrong flag (also a `FlagError` thrown
/// by `body`), and 1 after any other error of `body`. An error is printed to standard error as one
/// line: the program's name, a colon, and the error's description.
///
/// What is written to standard output after its reader has gone (`| head -1`) is dropped, and the
/// program goes on.
public func runExample(_ flags: Flags, _ body: (FlagValues) throws -> Void) -> Never {
  outliveReaders()
  let outcome = ExampleOutcome(of: flags, Array(CommandLine.arguments.dropFirst()), body)
  switch outcome {
  case .finished: break
  case .help(let text): print(text)
  case .wrongFlags(let line), .failed(let line):
    fflush(nil)
    try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
  }
  exit(outcome.status)
}

/// Keeps a program running when nobody reads what it prints any more.
private func outliveReaders() {
  // Writing then fails with an error, which printing passes over, instead of ending the process.
  signal(SIGPIPE, SIG_IGN)
  // Where a stream was closed before, the first file that is opened would get its number, and with
  // it everything that is printed.
  for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
    _ = open("/dev/null", O_RDWR)
  }
}

/// How an example ended, and what is left to print.
public enum ExampleOutcome: Equatable, Sendable {
  /// The example did what it should.
  case finished

  /// The help was asked for.
  case help(String)

  /// The arguments were wrong; one line says how.
  case wrongFlags(String)

  /// Something failed while the example ran; one line says what.
  case failed(String)

  /// The exit status of the program.
  public var status: Int32 {
    switch self {
    case .finished, .help: 0
    case .failed: 1
    case .wrongFlags: 2
    }
  }

  /// Runs `body` with the values of `arguments`, without printing anything or ending the program.
  public init(of flags: Flags, _ arguments: [String], _ body: (FlagValues) throws -> Void) {
    do {
      let values = try flags.parse(arguments)
      guard !values.asksForHelp else {
        self = .help(flags.help)
        return
      }
      try body(values)
      self = .finished
    } catch let error as FlagError {
      self = .wrongFlags("\(flags.program): \(error)")
    } catch {
      self = .failed("\(flags.program): \(oneLine(error))")
    }
  }
}

/// What an error says, on one line.
///
/// Foundation's errors describe themselves with all their fields; of those, the file and the
/// sentence made for people are kept.
func oneLine(_ error: any Error) -> String {
  var text = String(describing: error)
  if let error = error as? CocoaError {
    let file = error.filePath ?? error.url?.path
    text = (file.map { $0 + ": " } ?? "") + error.localizedDescription
  } else if let sentence = (error as? any LocalizedError)?.errorDescription {
    text = sentence
  }
  return text.split(whereSeparator: \.isNewline)
    .map { $0.trimmingCharacters(in: .whitespaces) }
    .joined(separator: " ")
}
