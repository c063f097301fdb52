/// Why a path cannot be taken as weights. Every description names the path and says what to do.
package enum WeightsError: Error, Equatable, CustomStringConvertible {
  case symbolicLink(String)
  case notAFile(String, FileType)
  case emptyTree(String)
  case emptyPath
  case unusableName(String, problem: String)
  case changedWhileRead(String)
  case tooManyEntries(String, limit: Int)
  case tooDeep(String, limit: Int)
  case tooLarge(String, limit: Int64)

  package var description: String {
    switch self {
    case .symbolicLink(let path):
      "\(Printable.text(path)) is or passes through a symbolic link, which weights may not: "
        + "give a plain copy, made with `cp -rL SOURCE COPY`"
    case .notAFile(let path, let type):
      "\(Printable.text(path)) is \(type.rawValue): weights are files and directories of files; remove it or give another path"
    case .emptyTree(let path):
      "\(Printable.text(path)) has no file in it: give the directory that holds the weights"
    case .emptyPath:
      "the path is empty or has a NUL in it: give the path of a file or a directory"
    case .unusableName(let path, let problem):
      "the name \(path) cannot be written in a weights manifest, because \(problem): rename it"
    case .changedWhileRead(let path):
      "\(Printable.text(path)) changed while it was read: let whatever writes it finish, then try again"
    case .tooManyEntries(let path, let limit):
      "\(Printable.text(path)) has more than \(limit) files and directories: pack the weights into fewer files"
    case .tooDeep(let path, let limit):
      "\(Printable.text(path)) is more than \(limit) directories deep: flatten the tree"
    case .tooLarge(let path, let limit):
      "\(Printable.text(path)) is too large, more than \(limit) bytes: give the weights alone, without holes in their files"
    }
  }
}
