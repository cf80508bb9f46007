import type { Database } from '@assay/persistence';
import type { Db } from 'pg-boss';

/**
 * Lets pg-boss work through the service's own pool, as its runtime role. Texts may hold several statements with their
 * own `begin` and `commit`, so a failure is rolled back before the connection serves somebody else.
 */
export function queueDatabase(database: Database): Db {
  return {
    async executeSql(text, values) {
      const { runner, client } = await database.connect();
      try {
        return await client.query(text, values);
      } catch (error) {
        await client.query('rollback').catch((_broken: unknown) => undefined);
        throw error;
      } finally {
        await runner.release();
      }
    },
  };
}
