import Foundation

/// The work for each item, as many at a time as there are cores; the results in the items' order, or the first failure
/// in it.
public func sideBySide<Item: Sendable, Value: Sendable, Failure: Error>(
    _ items: [Item], _ work: @escaping @Sendable (Item) async throws(Failure) -> Value
) async throws(Failure) -> [Value] {
    let results = await withTaskGroup(of: (Int, Result<Value, Failure>).self) { group in
        var results = [Result<Value, Failure>?](repeating: nil, count: items.count)
        var next = 0
        func begin() {
            guard next < items.count else { return }
            let index = next
            next += 1
            group.addTask {
                do throws(Failure) {
                    // By itself: Swift 6.3 may lose the index of a tuple whose other element is awaited.
                    let value = try await work(items[index])
                    return (index, .success(value))
                } catch {
                    return (index, .failure(error))
                }
            }
        }
        for _ in 0..<ProcessInfo.processInfo.activeProcessorCount { begin() }
        while let (index, result) = await group.next() {
            results[index] = result
            begin()
        }
        return results
    }
    var values: [Value] = []
    for case let result? in results { values.append(try result.get()) }
    return values
}
