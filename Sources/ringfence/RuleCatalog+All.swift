import Diagnostics
import Lint
import Policy
import Targets

extension RuleCatalog {
  /// Every rule of every module.
  static let all = RuleCatalog(PolicyRules.all, LintRules.descriptions, [CompilationRules.loss], ValidationRules.all)
}
