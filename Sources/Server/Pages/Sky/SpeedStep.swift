import Charts

/// Speeds as colors: five steps, cool is slow, warm is fast.
enum SpeedStep {
    /// Limits between the steps, km/s.
    static let limits = [5.0, 10, 15, 20]

    /// The step of a speed, from 0.
    static func of(_ kilometersPerSecond: Double) -> Int { limits.count { kilometersPerSecond >= $0 } }

    /// The steps side by side, with their limits.
    static let legend: Markup = """
        <span>Speed, km/s <svg width="140" height="26" viewBox="0 0 140 26" role="img" aria-label="Five colors from slow to fast: under 5, \
        5 to 10, 10 to 15, 15 to 20, 20 and more kilometers a second">\
        \((0..<5).map { step in #"<rect class="s\#(step)" x="\#(step * 28)" y="1" width="27" height="8"/>"# as Markup })\
        \(limits.enumerated().map { index, limit in
            #"<text class="mid" x="\#((index + 1) * 28)" y="22">\#(Int(limit))</text>"# as Markup
        })</svg></span>
        """
}
