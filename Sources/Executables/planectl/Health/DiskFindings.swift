import Attestations
import Glibc
import PlaneContract
import WeightsDigest

/// Room on the file systems on which the planes and the bridge write.
struct DiskFindings {
  /// What a file system says of itself.
  struct Room: Equatable {
    let device: UInt64
    let bytes: UInt64
    let total: UInt64
    /// File names that can still be made; nil for a file system that has no such limit.
    let files: UInt64?
  }

  private static let (scarce, nothing): (UInt64, UInt64) = (1 << 30, 64 << 20)
  private static let scarceFiles: UInt64 = 1000

  let home: Home
  var room: (String) throws -> Room = Self.room

  /// One for each file system, by the first folder that lies on it.
  var findings: [Finding] {
    var known: Set<UInt64> = []
    return folders.compactMap { folder in
      do {
        let room = try room(folder)
        return known.insert(room.device).inserted ? finding(folder, room) : nil
      } catch {
        return .unseen(.disk, folder, "\(error)", next: "sudo planectl doctor sees it")
      }
    }
  }

  private var folders: [String] {
    let programs = Home.planes.map(\.planeName) + (home.hasBridge ? [Home.bridge] : [])
    return programs.flatMap { program -> [String] in
      guard let config = home.configHere(of: program) else { return [] }
      let paths = ["database", "store", "deployments"].compactMap { try? ConfigLine.path(of: $0, in: config) }
      return paths.map(\.folder)
    }
  }

  private func finding(_ folder: String, _ room: Room) -> Finding {
    let share = room.total > 0 ? room.bytes * 100 / room.total : 100
    let left = "\(room.bytes / 1_000_000) MB (\(share) %) are free"
    if let files = room.files, files < Self.scarceFiles {
      return .fail(.disk, folder, "\(files) files can still be made", next: "remove what is not needed there")
    }
    if room.bytes < Self.nothing {
      return .fail(.disk, folder, left, next: "free space there: when it is full only revocations are written")
    }
    if room.bytes < Self.scarce {
      return .warn(.disk, folder, left, next: "free space there, or give the planes a larger file system")
    }
    return .ok(.disk, folder, left)
  }

  static func room(at path: String) throws -> Room {
    var (space, file) = (statvfs(), stat())
    guard unsafe statvfs(path, &space) == 0, unsafe stat(path, &file) == 0 else {
      throw FileSystemError(operation: "look at", path: path)
    }
    return Room(
      device: UInt64(file.st_dev), bytes: UInt64(space.f_bavail) * UInt64(space.f_frsize),
      total: UInt64(space.f_blocks) * UInt64(space.f_frsize),
      files: space.f_files > 0 ? UInt64(space.f_favail) : nil)
  }
}
