/** A refused request as a page: what happened and what to do, in both languages; status and code stand small, for the help desk. */
import { En, Layout } from './layout.tsx';

export type ProblemPageProps = { title: string; zh: string; en: string; status: number };

export const ProblemPage = ({ title, zh, en, status }: ProblemPageProps) => (
  <Layout title="请求没有完成">
    <section class="card gate">
      <h1>
        请求没有完成 <En>The request was not completed</En>
      </h1>
      <p class="lead">
        {zh}
        <En>{en}</En>
      </p>
      <p>
        <a class="button button-quiet" href="/">
          返回首页 <En>Home</En>
        </a>
      </p>
      <p class="small">
        HTTP {status} · {title}
      </p>
    </section>
  </Layout>
);
