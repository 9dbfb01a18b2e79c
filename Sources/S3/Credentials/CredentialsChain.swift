import AsyncHTTPClient
import Foundation

/// Where credentials come from, in the order of AWS's own clients: the environment, the profile's files, the
/// container's service, the machine's.
///
/// "Standardized credential providers", AWS SDKs and Tools Reference Guide. SSO, roles to assume and credential
/// processes are not among them; `aws configure export-credentials` turns those into variables.
actor CredentialsChain {
    let environment: [String: String]
    let http: HTTPClient
    private let profile: AWSProfile
    private var kept: S3Credentials?
    private var request: Task<Result<S3Credentials, S3Error>, Never>?

    init(_ configuration: S3Configuration, http: HTTPClient) {
        environment = configuration.environment
        profile = configuration.profile
        self.http = http
    }

    /// The credentials, from where they were found first; had anew shortly before they end, or where `refused` are
    /// those that the service no longer takes.
    func credentials(refused: S3Credentials? = nil) async throws(S3Error) -> S3Credentials {
        if let kept, !kept.isStale(at: Date()), refused == nil || kept.accessKeyID != refused?.accessKeyID {
            return kept
        }
        let task =
            request
            ?? Task {
                do throws(S3Error) {
                    return .success(try await find())
                } catch {
                    return .failure(error)
                }
            }
        request = task
        let result = await task.value
        request = nil
        let found = try result.get()
        kept = found
        return found
    }

    private func find() async throws(S3Error) -> S3Credentials {
        if let found = try fromVariables() { return found }
        if let found = try profile.credentials() { return found }
        if let found = try await containerCredentials() { return found }
        if let found = try await instanceCredentials() { return found }
        throw S3Error(
            .noCredentials,
            "no credentials for S3: neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, nor the profile \(profile.name) in \(profile.credentialsFile), nor a container's or an instance's role"
        )
    }

    private func fromVariables() throws(S3Error) -> S3Credentials? {
        switch (environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]) {
        case (let identifier?, let secret?):
            return S3Credentials(
                accessKeyID: identifier, secretAccessKey: secret, sessionToken: environment["AWS_SESSION_TOKEN"])
        case (nil, nil): return nil
        default: throw S3Error(.noCredentials, "of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, only one is set")
        }
    }
}
