import Foundation

/// The size that an absolute magnitude H stands for.
public enum AbsoluteMagnitude {
    /// Geometric albedo assumed for the smallest diameter (a bright surface).
    public static let brightAlbedo = 0.25
    /// Geometric albedo assumed for the largest diameter (a dark surface).
    public static let darkAlbedo = 0.05

    /// Diameter in kilometres of a body of absolute magnitude `h` (mag) and geometric albedo `albedo`.
    ///
    /// D = 1329 / √p · 10^(−H/5): Pravec & Harris 2007, Icarus 190, 250, eq. 2; NeoWs's bodies agree to 2e-8.
    public static func diameterKilometers(h: Double, albedo: Double) -> Double {
        1329 / albedo.squareRoot() * pow(10, -h / 5)
    }
}
