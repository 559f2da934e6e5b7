/** `npm run migrate`: brings the database to this version's schema. */
import { nodeDeps } from '../node-platform.ts';
import { migrate } from '../store/migrate.ts';
import { command } from './console/command.ts';

await command(
  'npm run migrate\n更新数据库结构;服务启动时也会自动进行。 Migrates the database; a starting service does it too.',
  async () => {
    const deps = await nodeDeps({ env: process.env });
    const applied = await migrate(deps.db);
    console.log(
      applied === 0
        ? '数据库已是最新。 The database is up to date.'
        : `已应用 ${applied} 步。 ${applied} migrations applied.`,
    );
    deps.db.close();
    return 0;
  },
);
