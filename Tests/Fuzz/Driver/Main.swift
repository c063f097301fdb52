import CLibFuzzer
import FuzzProperties
import Glibc

/// `fuzz --target=NAME [libFuzzer's options] [corpus folders]`; `fuzz --list` names the targets, and `fuzz --seeds FOLDER`
/// writes sound inputs to begin with. libFuzzer passes over what begins with two dashes, also when it starts itself again.
@main enum Fuzz {
  /// Set once, before libFuzzer calls back.
  nonisolated(unsafe) fileprivate static var target: FuzzTarget?

  static func main() throws {
    let arguments = CommandLine.arguments
    if arguments.contains("--list") { return print(FuzzTarget.all.map(\.name).joined(separator: "\n")) }
    if arguments.count == 3, arguments[1] == "--seeds" { return try SeedCorpus.write(to: arguments[2]) }
    let name = arguments.first { $0.hasPrefix("--target=") }?.dropFirst("--target=".count)
    guard let target = FuzzTarget.named(String(name ?? "")) else {
      print("usage: fuzz --target=NAME [options of libFuzzer] [FOLDER...]   (--list names the targets)")
      exit(2)
    }
    Self.target = target
    JSONMutator.isOn = target.isJSON
    JSONMutator.sound = try SeedCorpus.inputs(of: target.name).sorted { $0.key < $1.key }.map(\.value)
    var count = CommandLine.argc
    var values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    exit(LLVMFuzzerRunDriver(&count, &values, testOneInput))
  }
}

/// A promise that is broken ends the process, which is how libFuzzer learns of it and keeps the input.
private func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  do { _ = try Fuzz.target?.check(input) } catch {
    let complaint = Array("\(Fuzz.target?.name ?? ""): \(error)\n".utf8)
    write(STDERR_FILENO, complaint, complaint.count)
    abort()
  }
  return 0
}
