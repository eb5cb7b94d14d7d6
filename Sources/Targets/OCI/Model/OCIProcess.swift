/// What runs in a container ("Process", config.md).
package typealias OCIProcess = OCIObject<OCIProcessFields>
package typealias OCIUser = OCIObject<OCIUserFields>
package typealias OCIConsoleSize = OCIObject<OCIConsoleSizeFields>
package typealias OCICapabilitySets = OCIObject<OCICapabilitySetsFields>
package typealias OCIResourceLimit = OCIObject<OCIResourceLimitFields>
package typealias OCIScheduler = OCIObject<OCISchedulerFields>
package typealias OCIIOPriority = OCIObject<OCIIOPriorityFields>
package typealias OCIExecCPUAffinity = OCIObject<OCIExecCPUAffinityFields>

package struct OCIProcessFields: OCIFields {
  package let terminal = OCIField<Bool>("terminal")
  package let consoleSize = OCIField<OCIConsoleSize>("consoleSize")
  package let user = OCIField<OCIUser>("user")
  package let args = OCIField<[String]>("args")
  package let commandLine = OCIField<String>("commandLine")
  package let env = OCIField<[String]>("env")
  package let cwd = OCIField<String>("cwd")
  package let capabilities = OCIField<OCICapabilitySets>("capabilities")
  package let rlimits = OCIField<[OCIResourceLimit]>("rlimits")
  package let noNewPrivileges = OCIField<Bool>("noNewPrivileges")
  package let apparmorProfile = OCIField<String>("apparmorProfile")
  package let oomScoreAdj = OCIField<Int64>("oomScoreAdj")
  package let scheduler = OCIField<OCIScheduler>("scheduler")
  package let selinuxLabel = OCIField<String>("selinuxLabel")
  package let ioPriority = OCIField<OCIIOPriority>("ioPriority")
  package let execCPUAffinity = OCIField<OCIExecCPUAffinity>("execCPUAffinity")
  package init() {}
}

package struct OCIUserFields: OCIFields {
  package let uid = OCIField<UInt32>("uid")
  package let gid = OCIField<UInt32>("gid")
  package let umask = OCIField<UInt32>("umask")
  package let additionalGids = OCIField<[UInt32]>("additionalGids")
  package let username = OCIField<String>("username")
  package init() {}
}

package struct OCIConsoleSizeFields: OCIFields {
  package let height = OCIField<UInt64>("height")
  package let width = OCIField<UInt64>("width")
  package init() {}
}

package struct OCICapabilitySetsFields: OCIFields {
  package let bounding = OCIField<[String]>("bounding")
  package let effective = OCIField<[String]>("effective")
  package let inheritable = OCIField<[String]>("inheritable")
  package let permitted = OCIField<[String]>("permitted")
  package let ambient = OCIField<[String]>("ambient")
  package init() {}
}

package struct OCIResourceLimitFields: OCIFields {
  package let type = OCIField<String>("type")
  package let hard = OCIField<UInt64>("hard")
  package let soft = OCIField<UInt64>("soft")
  package init() {}
}

package struct OCISchedulerFields: OCIFields {
  package let policy = OCIField<String>("policy")
  package let nice = OCIField<Int64>("nice")
  package let priority = OCIField<Int64>("priority")
  package let flags = OCIField<[String]>("flags")
  package let runtime = OCIField<UInt64>("runtime")
  package let deadline = OCIField<UInt64>("deadline")
  package let period = OCIField<UInt64>("period")
  package init() {}
}

package struct OCIIOPriorityFields: OCIFields {
  package let priorityClass = OCIField<String>("class")
  package let priority = OCIField<Int64>("priority")
  package init() {}
}

package struct OCIExecCPUAffinityFields: OCIFields {
  package let initial = OCIField<String>("initial")
  package let final = OCIField<String>("final")
  package init() {}
}
