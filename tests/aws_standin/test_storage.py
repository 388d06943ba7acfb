"""S3 as boto3 speaks it: objects in buckets that exist, with AWS's errors; over HTTP and in process."""

import pytest
from botocore.exceptions import ClientError

from standins.aws import Dropped, Refused, ServerError

from .conftest import refusal


@pytest.fixture(params=["http", "inside"])
def bucket(request):
    """The stand-in and an S3 client; the bucket `blog` exists."""
    chosen = request.getfixturevalue("aws" if request.param == "http" else "sim")
    chosen.bucket("blog")
    return chosen, chosen.client("s3")


def test_objects_are_put_read_listed_and_deleted(bucket):
    aws, s3 = bucket
    for number in range(5):
        s3.put_object(Bucket="blog", Key=f"in/a {number}.jsonl", Body=b"x" * number, ContentType="text/plain")
    s3.put_object(Bucket="blog", Key="out/ö", Body="ö".encode())
    assert s3.get_object(Bucket="blog", Key="out/ö")["Body"].read() == "ö".encode()
    head = s3.head_object(Bucket="blog", Key="in/a 3.jsonl")
    assert (head["ContentLength"], head["ContentType"]) == (3, "text/plain")
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket="blog", Prefix="in/", PaginationConfig={"PageSize": 2}
    )
    pages = [[row["Key"] for row in page["Contents"]] for page in pages]
    assert pages == [["in/a 0.jsonl", "in/a 1.jsonl"], ["in/a 2.jsonl", "in/a 3.jsonl"], ["in/a 4.jsonl"]]
    assert "Contents" not in s3.list_objects_v2(Bucket="blog", Prefix="none/")
    s3.delete_object(Bucket="blog", Key="out/ö")
    objects = [{"Key": f"in/a {number}.jsonl"} for number in range(4)]
    assert len(s3.delete_objects(Bucket="blog", Delete={"Objects": objects})["Deleted"]) == 4
    assert [row["Key"] for row in s3.list_objects_v2(Bucket="blog")["Contents"]] == ["in/a 4.jsonl"]
    assert {call.service for call in aws.log} == {"s3"}
    put = aws.calls("PutObject")[3]
    assert (put.input["Key"], put.input["ContentType"]) == ("in/a 3.jsonl", "text/plain")
    assert "Body" not in put.input
    assert put.size == 3


def test_what_is_not_there_is_said_so(bucket):
    _, s3 = bucket
    assert refusal(s3.get_object, Bucket="blog", Key="none")[0] == "NoSuchKey"
    assert refusal(s3.head_object, Bucket="blog", Key="none")[0] == "404"
    for call, given in (
        (s3.put_object, {"Key": "a", "Body": b""}),
        (s3.get_object, {"Key": "a"}),
        (s3.list_objects_v2, {}),
        (s3.delete_object, {"Key": "a"}),
    ):
        assert refusal(call, Bucket="nobodys", **given)[0] == "NoSuchBucket"
    assert refusal(s3.head_bucket, Bucket="nobodys")[0] == "404"
    s3.head_bucket(Bucket="blog")
    assert refusal(s3.create_bucket, Bucket="blog")[0] == "BucketAlreadyOwnedByYou"


def test_what_it_does_not_know_is_refused(bucket):
    _, s3 = bucket
    with pytest.raises(ClientError, match="no operation of s3"):
        s3.get_bucket_policy(Bucket="blog")
    many = [{"Key": str(number)} for number in range(1001)]
    assert refusal(s3.delete_objects, Bucket="blog", Delete={"Objects": many})[0] == "MalformedXML"


def test_faults_are_s3s_own(bucket):
    aws, s3 = bucket
    denied = Refused("AccessDenied", "Access Denied", 403)
    aws.script("GetObject", denied)
    assert refusal(s3.get_object, Bucket="blog", Key="a") == ("AccessDenied", "Access Denied")
    aws.script("HeadObject", denied)
    assert refusal(s3.head_object, Bucket="blog", Key="a")[0] == "403"
    slow = Refused("SlowDown", "Please reduce your request rate.", 503)
    aws.script("PutObject", slow, ServerError(500), None)
    s3.put_object(Bucket="blog", Key="a", Body=b"1")
    aws.script("DeleteObject", Dropped(after=True))
    s3.delete_object(Bucket="blog", Key="a")  # again, and S3 doesn't mind
    assert [call.status for call in aws.calls("PutObject")] == [503, 500, 200]
    assert [call.status for call in aws.calls("DeleteObject")] == [0, 204]
