import HTML
import AgentFacts
import Attestations
import Bundles
import HTTPTypes
import Hummingbird
import NIOCore
import Wire

/// The pages that people read: an overview of the models, and what is known of one, or of a bundle that somebody brings.
struct PageRoutes: BridgeRoutes {
  /// What the planes may take to be asked for a page.
  private static let budget = Duration.seconds(2)

  let site: Site
  let prefix: String
  let catalog: Catalog
  let trust: FollowedTrust
  let decisions: DecisionDesk
  let drift: DriftDesk
  let verification: VerificationDesk

  /// Only a bundle is ever sent here.
  var uploadPaths: Set<String> { ["/verify"] }

  func add(to router: Router<BridgeContext>) {
    for path in ["/", "/overview"] { router.get("\(path)") { request, _ in try await overview(request) } }
    router.get("/verify") { request, _ in try await verify(request) }
    router.post("/verify") { request, context in await bundle(request, context) }
    for file in SiteFile.all { router.get("/\(file.name)") { request, _ in file.answer.response(to: request) } }
  }

  // MARK: Overview

  private func overview(_ request: Request) async throws -> Response {
    let (snapshot, now) = (catalog.snapshot, Timestamp.now())
    let listed = snapshot.models
    guard let query = Self.parameters(request).flatMap(OverviewQuery.init) else { return noPage(request) }
    let selected = query.selected(from: listed, at: now)
    guard let slice = query.slice(of: selected) else { return noPage(request) }
    let views = await decisions.views(of: slice, in: snapshot, until: .now + Self.budget)
    let observed = views.filter { !$0.deployments.isEmpty }.map(\.model)
    let words = await drift.words(on: observed, in: snapshot, until: .now + Self.budget)
    let page = OverviewPage(
      site: site, snapshot: snapshot, trust: TrustStanding(trust), query: query, listed: listed, selected: selected,
      views: views, drift: words, now: .now())
    return answer(.ok, page.page, to: request)
  }

  private func noPage(_ request: Request) -> Response {
    let page = SitePage(
      site: site, part: .overview, title: "There is no such page",
      content: [.paragraph("The models begin at the ", .tag("a", [("href", "overview")], "overview"), ".")])
    return answer(.notFound, page, to: request)
  }

  // MARK: One model

  private func verify(_ request: Request) async throws -> Response {
    guard let parameters = Self.parameters(request) else { return refusal("The address is too long.", to: request) }
    guard let text = parameters["model"] else { return answer(.ok, VerifyPage(site: site).page, to: request) }
    guard let model = ModelID(text) else { return refusal("A model is named with \(ModelID.rule).", to: request) }
    let snapshot = catalog.snapshot
    guard let listing = snapshot.models.first(where: { $0.model == model }) else {
      // A name that is nobody's may be anything, an address too: it is not repeated.
      let words = "This server tells of no model of this name with an approval in force."
      return answer(.notFound, VerifyPage(site: site, fault: words).page, to: request)
    }
    let views = await decisions.views(of: [listing], in: snapshot, until: .now + Self.budget)
    let words = await drift.words(on: [model], in: snapshot, until: .now + Self.budget)
    guard let view = views.first else { return noPage(request) }
    let page = ModelPage(
      site: site, view: view, drift: words[model], snapshot: snapshot,
      facts: "\(prefix.dropFirst())/resolve?agent=@\(site.registry):\(listing.key)", now: .now())
    return answer(.ok, page.page, to: request)
  }

  // MARK: A bundle

  private func bundle(_ request: Request, _ context: BridgeContext) async -> Response {
    do {
      let upload = try BundleUpload(request)
      // Who sends slowly takes up no more than what has come.
      let share = verification.received.share()
      let form = try await upload.form(in: share)
      let environment = form.environment.isEmpty ? nil : EnvironmentName(form.environment)
      guard form.environment.isEmpty || environment != nil else { throw UploadFault.noEnvironment }
      let judgement = try await verification.withPlace {
        await verification.judgement(on: form.bundle, in: environment, at: .now())
      }
      withExtendedLifetime(share) {}
      let snapshot = catalog.snapshot
      let model = judgement.report.approval?.modelID
      let knowledge = RegistryKnowledge(
        judgement.report, listing: snapshot.models.first { $0.model == model }, in: snapshot,
        trustRoot: trust.root.version)
      return answer(.ok, BundlePage(site: site, judgement: judgement, knowledge: knowledge).page, to: request)
    } catch let fault as UploadFault {
      return refusal(fault, to: request, context)
    } catch {
      // The client went away, or sent no HTTP; who still reads gets the same words.
      return refusal(.malformed, to: request, context)
    }
  }

  /// Answers at once. What was sent is passed over where its length is known and a person may be waiting for the words, else not even that.
  private func refusal(_ fault: UploadFault, to request: Request, _ context: BridgeContext) -> Response {
    var response = answer(fault.status, VerifyPage(site: site, fault: fault.words).page, to: request)
    if fault == .busy { response.headers[.retryAfter] = "5" }
    response.headers[.connection] = "close"
    if BundleUpload.isBounded(request) { context.passOver(within: .seconds(30)) } else { context.stopReading() }
    return response
  }

  private func refusal(_ words: String, to request: Request) -> Response {
    answer(.badRequest, VerifyPage(site: site, fault: words).page, to: request)
  }

  // MARK: Answers

  private static func parameters(_ request: Request) -> QueryParameters? {
    try? QueryParameters(query: request.uri.query)
  }

  private func answer(_ status: HTTPResponse.Status, _ page: SitePage, to request: Request) -> Response {
    var response = Answer(status: status, type: .html, body: ByteBuffer(string: page.html)).response(to: request)
    response.headers[.contentSecurityPolicy] = page.policy
    // What was known a moment ago is not to be shown as if it were known now.
    response.headers[.cacheControl] = "no-store"
    return response
  }
}
