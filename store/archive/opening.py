"""The archive that a configuration names: a folder, or a bucket with copies on this machine."""

from __future__ import annotations

from pathlib import Path

from intake.config.store_settings import S3, BucketSettings, StoreSettings
from store.archive.archive import Archive

_MIB = 1024 * 1024


def open_archive(settings: StoreSettings) -> Archive:
    """The archive of `[store]`; nothing is asked of it yet.  Raises `Wrong` where its secret is not there."""
    place = settings.archive
    if isinstance(place, Path):
        return Archive(place)
    if settings.s3 is None:
        raise ValueError("checked by the configuration: a bucket comes with [store.s3]")
    return _bucket(place, settings.s3)


def _bucket(address: str, settings: BucketSettings) -> Archive:
    # boto3 takes a third of a second to load.
    from store.archive.bucket import BucketShelves
    from store.archive.cache import Cache
    from store.archive.object_store import Access, ObjectStore

    bucket, _, prefix = address.removeprefix(S3).partition("/")
    access = Access(
        bucket,
        settings.endpoint,
        settings.region,
        settings.path_style,
        settings.key,
        settings.secret.reveal(),
        settings.timeout_seconds,
    )
    cache = Cache(settings.cache, settings.cache_mib * _MIB)
    return Archive(settings.cache, BucketShelves(ObjectStore(access), prefix, cache))
