"""One post by its number, with its author and everything that was said about it."""

from monitor.domain.model import Role
from monitor.errors import NotFound
from monitor.services.desk_shapes import ThreadPost
from monitor.store import assessments, intake, reviews
from monitor.store.db import Database


def post_in_full(database: Database, post_id: int) -> ThreadPost:
    """The post, without its place in the thread. Raises NotFound; an erased post is there, without words."""
    with database.read() as session:
        post = reviews.post_by_id(session, post_id)
        if post is None:
            raise NotFound(f"There is no post {post_id}.")
        author = (post.platform, post.author_id)
        return ThreadPost(
            post=post,
            author=intake.accounts_by_id(session, [author]).get(author),
            assessment=assessments.assessment_of(session, post_id),
            labels=reviews.reviews_by_post(session, [post_id]).get(post_id),
            ours=post.role is not Role.MENTION,
        )
