import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes long begins first, so that no core waits for it at the end. */
const long = /\.(model|kill)\.test\.ts$|live-call/

/** A worker that goes on with the same project keeps its modules, hence project after project. */
const projects = ['sqlite', 'postgresql', 'pages']

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ project, moduleId }: TestSpecification) =>
      2 * projects.indexOf(project.name) + (long.test(moduleId) ? 0 : 1)
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    // The files of a worker share its modules: to load the API anew costs more than most files' tests do.
    isolate: false,
    sequence: { sequencer: LongFirst },
    // A busy machine is slow and not wrong: a condition is waited for, however long it takes.
    expect: { poll: { timeout: 20_000, interval: 20 } },
    projects: [
      {
        extends: true,
        test: { name: 'sqlite', include: ['{contract,drizzle,search,api,scripts}/**/*.test.ts'] },
      },
      {
        extends: true,
        test: { name: 'postgresql', include: ['api/**/*.store.test.ts'], env: { BANGBAN_DIALECT: 'pg' } },
      },
      {
        extends: true,
        // They put things in the place of `window`, `document` and `fetch`: each file in a process of its own.
        test: {
          name: 'pages',
          include: ['{call-session,agent-console,citizen-widget}/**/*.test.ts'],
          isolate: true,
        },
      },
    ],
  },
})
