import NearEarth
import Testing

@Suite("Units")
struct UnitsTests {
    @Test func aLunarDistanceIsNeoWssOwn() {
        #expect(Units.kilometersPerAU == 149_597_870.0)
        #expect(Units.lunarDistancesPerAU == 389)
        #expect(abs(Units.kilometersPerLunarDistance - 384_570.36) < 0.01)
    }

    @Test func magnitude20IsBetween266And594Metres() {
        let smallest = AbsoluteMagnitude.diameterKilometers(h: 20, albedo: AbsoluteMagnitude.brightAlbedo)
        let largest = AbsoluteMagnitude.diameterKilometers(h: 20, albedo: AbsoluteMagnitude.darkAlbedo)
        #expect(abs(smallest - 0.2658) < 1e-12)
        #expect(abs(largest / smallest - 5.squareRoot()) < 1e-12)
    }

    @Test func fiveMagnitudesAreAFactorOfTen() {
        let bright = AbsoluteMagnitude.diameterKilometers(h: 15, albedo: 0.1)
        let faint = AbsoluteMagnitude.diameterKilometers(h: 20, albedo: 0.1)
        #expect(abs(bright / faint - 10) < 1e-12)
    }
}
