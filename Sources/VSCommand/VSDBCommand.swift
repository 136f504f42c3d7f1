import ArgumentParser
import VSSurveillance

/// The program: `vsdb`.
public enum VSDBCommand {
    /// Parses the process's arguments, runs, and ends the process with the right exit code.
    public static func run() { CommandRunner.run(Root.self) }
}

/// The root of the command tree.
struct Root: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vsdb",
        abstract: "Watch vestibular schwannomas grow, or not.",
        discussion: """
            vsdb stores T2 MRI scans of patients with a vestibular schwannoma, segments the tumour \
            with a neural network, measures its volume, and says whether it grew beyond measurement \
            error. Research use only; not a medical device.

              vsdb register scan scan.nii.gz --patient P001 --date 2024-03-05
              vsdb growth P001
              vsdb flagged
            """,
        version: SoftwareVersion.current,
        groupedSubcommands: [
            CommandGroup(
                name: "Everyday",
                subcommands: [RegisterCommand.self, ImportCommand.self, GrowthCommand.self]),
            CommandGroup(
                name: "Worklists and readers",
                subcommands: [
                    FlaggedCommand.self, WorklistCommand.self, AcknowledgeCommand.self,
                    ReviewCommand.self,
                ]),
            CommandGroup(
                name: "Looking and exporting",
                subcommands: [
                    ListCommand.self, ShowCommand.self, ChangeCommand.self, ExportCommand.self,
                ]),
            CommandGroup(
                name: "All tumours together",
                subcommands: [AgreementCommand.self, CohortCommand.self]),
            CommandGroup(
                name: "Without a database",
                subcommands: [SegmentCommand.self, EvaluateCommand.self, SimulateCommand.self]),
            CommandGroup(
                name: "Models and training",
                subcommands: [ModelCommand.self, TrainCommand.self, PhantomCommand.self]),
            CommandGroup(
                name: "Queue, campaigns and schedules",
                subcommands: [
                    WorkCommand.self, JobsCommand.self, CampaignCommand.self, ScheduleCommand.self,
                ]),
            CommandGroup(name: "Picture archives", subcommands: [PACSCommand.self]),
            CommandGroup(
                name: "HTTP service",
                subcommands: [ServeCommand.self, UserCommand.self, TokenCommand.self]),
            CommandGroup(
                name: "Maintenance",
                subcommands: [DoctorCommand.self, BenchCommand.self, BenchStoreCommand.self]),
        ])
}
