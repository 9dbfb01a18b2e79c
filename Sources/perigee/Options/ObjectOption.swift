import Foundation
import Support
import Warehouse

extension Store {
    /// The SPK-ID of the object that a person means: by SPK-ID, number, designation or name. `option` is where it
    /// stands.
    func spkID(_ words: String?, _ option: String) async throws -> String? {
        guard let words = words?.trimmingCharacters(in: .whitespaces) else { return nil }
        // Seven digits or more are an SPK-ID, whether or not the store has it.
        if words.utf8.count >= 7, words.utf8.allSatisfy({ $0 &- 0x30 < 10 }) { return words }
        let found = ObjectName.find(
            words, in: try await names().map { ObjectName(id: $0.id, name: $0.name) }, most: 6)
        switch found.count {
        case 1: return found[0].id
        case 0:
            let next =
                ObjectName.spkID(ofNumber: words).map { "ask NASA with `perigee lookup \($0)`" }
                ?? "find its SPK-ID at https://ssd.jpl.nasa.gov/tools/sbdb_lookup.html and ask NASA with `perigee lookup SPK-ID`"
            throw CommandFailure(.usage, "\(option): \(location) knows no object \(words)", next: next)
        default:
            let number =
                ObjectName.spkID(ofNumber: words).map { "; that of asteroid number \(words) is \($0)" } ?? ""
            let list = found.prefix(5).map { "\($0.id) \($0.name)" }.joined(separator: ", ")
            throw CommandFailure(
                .usage, "\(option): several objects are like \(words): \(list)\(found.count > 5 ? ", ..." : "")",
                next: "give one by its SPK-ID\(number)")
        }
    }
}
